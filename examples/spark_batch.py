"""Answer very many questions on a Spark cluster: `pakaz batch` in a pipe for each partition.

Spark is not part of pakaz. Install it (`pip install pyspark`, and Java 17 or newer), have `pakaz`
on the PATH of every worker, and run, here on all cores of one machine:

    python examples/spark_batch.py questions.txt answers
    python examples/spark_batch.py hdfs:///in/*.txt hdfs:///answers --master yarn --partitions 2000

Each line of the input is a question. Each line of the output, in the files `part-*` of a directory
that must not exist yet, is a record as in docs/scripting.md. Its `id` is the line number over all
files, from 0; its `line` counts within a partition. Every line gets a record, in order, blank ones
too, because each travels as JSON. A partition starts one process, which takes a fifth of a second:
give it 100,000 lines or more.
"""

from __future__ import annotations

import argparse
import json
import os

#: One more than the search reads, so that a longer question is reported as cut.
MAX_QUESTION = 2_001


def as_line(number: int, question: str) -> str:
    """Return a question as one JSON line for `pakaz batch --input jsonl`."""
    return json.dumps({"id": number, "question": question[:MAX_QUESTION]})


def main() -> None:
    """Parse the command line and run the job."""
    parser = argparse.ArgumentParser(description="Answer very many questions with Spark.")
    parser.add_argument("input", help="text files, one question per line")
    parser.add_argument("output", help="a new directory")
    parser.add_argument("--master", default="local[*]")
    parser.add_argument("--partitions", type=int, default=2, help="minimum number of partitions")
    parser.add_argument("--command", default="pakaz batch --input jsonl")
    options = parser.parse_args()

    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master(options.master).appName("pakaz batch").getOrCreate()
    context = spark.sparkContext
    # A pipe starts with an empty environment unless it gets one.
    environ = {name: os.environ[name] for name in ("PATH", "PAKAZ_KB") if name in os.environ}
    questions = context.textFile(options.input, options.partitions)
    lines = questions.zipWithIndex().map(lambda pair: as_line(pair[1], pair[0]))
    # With checkCode, a process that fails, or loses an answer, fails its task.
    lines.pipe(options.command, environ, checkCode=True).saveAsTextFile(options.output)
    spark.stop()


if __name__ == "__main__":
    main()
