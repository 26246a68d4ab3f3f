"""Answers very many questions on a Spark cluster: `pakaz batch` in a pipe for each partition.

Spark is no part of pakaz. Install it beside (`pip install pyspark`, and Java 17 or newer), have
`pakaz` on the PATH of every worker, and run, here on all cores of one machine:

    python examples/spark_batch.py questions.txt answers
    python examples/spark_batch.py hdfs:///in/*.txt hdfs:///answers --master yarn --partitions 2000

A line of the input is a question. A line of the output, in the files `part-*` of a directory that
must not exist yet, is a record of docs/scripting.md. Its `id` is the number of the question's line,
counted from 0 over all files; its `line` counts within a partition. Every line gets a record, in
order: blank ones too, for each travels as JSON. A partition starts one process, which takes a fifth
of a second, so let it have 100,000 lines or more.
"""

from __future__ import annotations

import argparse
import json
import os

#: Characters of a question that the search reads; more need not travel.
LONGEST = 2_001


def as_line(number: int, question: str) -> str:
    """Return a question as a line for `pakaz batch --input jsonl`: never blank, too long or two."""
    return json.dumps({"id": number, "question": question[:LONGEST]})


def main() -> None:
    """Read the command line and run the job."""
    parser = argparse.ArgumentParser(description="Answer very many questions with Spark.")
    parser.add_argument("input", help="text files, a question a line")
    parser.add_argument("output", help="a directory that does not exist yet")
    parser.add_argument("--master", default="local[*]")
    parser.add_argument("--partitions", type=int, default=2, help="at least so many")
    parser.add_argument("--command", default="pakaz batch --input jsonl")
    chosen = parser.parse_args()

    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master(chosen.master).appName("pakaz batch").getOrCreate()
    context = spark.sparkContext
    # A pipe starts with an empty environment unless it is given one.
    environ = {name: os.environ[name] for name in ("PATH", "PAKAZ_KB") if name in os.environ}
    questions = context.textFile(chosen.input, chosen.partitions)
    lines = questions.zipWithIndex().map(lambda pair: as_line(pair[1], pair[0]))
    # With checkCode, a process that fails, and so any that loses an answer, fails its task.
    lines.pipe(chosen.command, environ, checkCode=True).saveAsTextFile(chosen.output)
    spark.stop()


if __name__ == "__main__":
    main()
