"""Every command in every format: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pakaz_cli import __version__
from pakaz_cli.cli import commands
from pakaz_cli.errors import EXIT_TEXTS, Exit
from tests.conftest import SMALL, Pakaz, run_inside

GAS_RECORD = {
    "id": "gas-deal",
    "sector": "energy",
    "question": "What was agreed about liquefied natural gas?",
    "answer": "A framework was signed on **24 July 2023**.\n\n- One cargo a month may be offered,\n  and may be refused.\n"
    "- See [the text](https://example.org/text).\n\nIt says [a-z], [1] and :smile: literally.",
    "as_of": "2026-01-22",
    "age_days": 10,
    "sources": [
        {
            "title": "Alpha [/x] on gas",
            "publisher": "Alpha Press",
            "date": "2026-01-22",
            "url": "https://example.org/a/very/long/path/that/would/not/fit/in/a/narrow/panel/without/being/broken/somewhere.html",
        },
        {"title": "Beta report"},
    ],
    "related": ["gas-price", "rice-duty"],
}


def test_an_answer_in_a_pipe_is_the_answer_alone(pakaz: Pakaz) -> None:
    result = pakaz("ask", "rice", "customs", "exemption")
    assert result == ("Yes, until 31 December 2027.\n", "", 0)


def test_an_answer_as_json_is_the_whole_record(pakaz: Pakaz) -> None:
    result = pakaz("ask", "--json", "--top", "1", "What was agreed about liquefied natural gas?")
    assert result.err == ""
    assert result.code == 0
    assert result.json == {
        "schema": 1,
        "question": "What was agreed about liquefied natural gas?",
        "outcome": "answered",
        "confidence": 0.99,
        "answer": GAS_RECORD,
        "matches": [
            {
                "id": "gas-deal",
                "sector": "energy",
                "question": "What was agreed about liquefied natural gas?",
                "score": 1.0,
            }
        ],
        "corrections": [],
        "closest": [],
    }


def test_words_need_no_quotes_and_quotes_change_nothing(pakaz: Pakaz) -> None:
    assert pakaz("ask", "--json", "cost", "of", "one", "shipment") == pakaz(
        "ask", "--json", "cost of one shipment"
    )


def test_options_may_come_before_between_and_after_the_words(pakaz: Pakaz) -> None:
    runs = {
        pakaz("ask", "--json", "rice", "duty"),
        pakaz("ask", "rice", "--json", "duty"),
        pakaz("ask", "rice", "duty", "--format", "json"),
        pakaz("ask", "rice", "duty", PAKAZ_FORMAT="json"),
    }
    assert len(runs) == 1


def test_what_follows_two_dashes_is_a_question(pakaz: Pakaz) -> None:
    assert pakaz("ask", "--json", "--", "--rice", "duty").json["question"] == "--rice duty"


def test_unknown_is_1_and_stdout_stays_empty(pakaz: Pakaz) -> None:
    result = pakaz("ask", "weather tomorrow")
    assert (result.out, result.code) == ("", 1)
    assert result.err == "pakaz: I don't know. To see what can be asked: pakaz sectors\n"


def test_the_closest_questions_to_an_unknown_one_are_on_stderr_and_in_json(pakaz: Pakaz) -> None:
    question = "is one shipment of rice from the old harbour taxed"
    shown, record = pakaz("ask", question), pakaz("ask", question, "--json")
    assert (shown.out, shown.code, record.code) == ("", 1, 1)
    assert shown.err.splitlines() == [
        "pakaz: I don't know. Closest questions:",
        "  1. How is a cargo priced?  (pakaz show gas-price)",
        "  2. Is rice free of duty until 2027?  (pakaz show rice-duty)",
    ]
    assert (record.json["outcome"], record.json["closest"]) == (
        "unknown",
        ["gas-price", "rice-duty"],
    )


def test_ambiguous_is_3_and_the_choices_are_on_stderr(pakaz: Pakaz) -> None:
    result = pakaz("ask", "gas")
    assert (result.out, result.code) == ("", 3)
    assert result.err.splitlines() == [
        "pakaz: Several questions fit. Which one do you mean?",
        "  1. How is a cargo priced?  (pakaz show gas-price)",
        "  2. What was agreed about liquefied natural gas?  (pakaz show gas-deal)",
    ]


def test_quiet_silences_advice_but_no_answer_and_no_error(pakaz: Pakaz) -> None:
    assert pakaz("ask", "-q", "weather tomorrow") == ("", "", 1)
    assert pakaz("ask", "-q", "rice customs exemtion").out == "Yes, until 31 December 2027.\n"
    assert pakaz("ask", "-q", "x", "--kb", "/nowhere").err != ""


def test_corrections_are_always_shown(pakaz: Pakaz) -> None:
    plain = pakaz("ask", "rice customs exemtion")
    assert plain.err == "pakaz: read exemtion as exemption\n"
    record = pakaz("ask", "--json", "rice customs exemtion").json
    assert record["corrections"] == [{"from": "exemtion", "to": "exemption"}]
    assert (
        "read exemtion as exemption"
        in pakaz("ask", "--format", "rich", "rice customs exemtion").out
    )
    assert (
        "Note: read exemtion as exemption"
        in pakaz("ask", "--format", "text", "rice customs exemtion").out
    )


@pytest.mark.parametrize("words", [[""], ["  "], ["?"], ["the"]])
def test_a_question_without_content_is_1(pakaz: Pakaz, words: list[str]) -> None:
    result = pakaz("ask", *words)
    assert (result.out, result.code) == ("", 1)
    assert result.err.startswith("pakaz: ")


def test_a_question_is_read_from_stdin_only_when_asked(pakaz: Pakaz) -> None:
    assert pakaz("ask", "-", stdin=b"\xef\xbb\xbfrice customs exemption\r\n").code == 0
    assert pakaz("ask", "-", stdin=b"").code == 1
    assert pakaz("ask", "weather", stdin=b"rice customs exemption").code == 1


def test_bytes_that_are_no_text_still_ask(pakaz: Pakaz) -> None:
    result = pakaz("ask", "--json", b"rice customs exemption caf\xe9")
    assert result.json["question"] == "rice customs exemption caf\ufffd"
    assert pakaz("ask", "-", "--json", stdin=b"rice caf\xe9").json["question"] == "rice caf\ufffd"


def test_suggested_commands_work_as_printed(pakaz: Pakaz, tmp_path: Path) -> None:
    path = tmp_path / "my base.yaml"
    path.write_bytes(SMALL.read_bytes())
    told = pakaz("ask", "gas", "--kb", str(path)).err
    assert f"(pakaz show gas-price --kb '{path}')" in told
    assert "--kb" not in pakaz("ask", "gas", PAKAZ_KB=str(path)).err
    assert f": pakaz sectors --kb '{path}'" in pakaz("ask", "weather", "--kb", str(path)).err
    plain = tmp_path / "plain.yaml"
    plain.write_text("schema: 1\nentries:\n  - {id: a, question: Q, answer: A.}\n")
    assert pakaz("ask", "zz", PAKAZ_KB=str(plain)).err.endswith(
        "To see what can be asked: pakaz list\n"
    )


def test_a_single_choice_is_worded_in_the_singular(pakaz: Pakaz, tmp_path: Path) -> None:
    offered = pakaz("ask", "jets bought", "--format", "text")
    assert offered.lines[0] in (
        "Did you mean this question?",
        "Question: How many JF-17 jets were bought?",
    )


def test_debug_after_two_dashes_is_a_word(pakaz: Pakaz) -> None:
    assert pakaz("ask", "--json", "--", "--debug").json["question"] == "--debug"


def test_a_long_question_is_cut_with_a_notice(pakaz: Pakaz) -> None:
    result = pakaz("ask", "-", stdin=b"rice duty " * 100_000)
    assert result.err.startswith("pakaz: the question was cut after 2000 characters\n")
    record = pakaz("ask", "--json", "-", stdin=b"rice duty " * 100_000)
    assert record.err == "pakaz: the question was cut after 2000 characters\n"
    assert len(record.json["question"]) == 2000


def test_a_sector_narrows_the_question_and_an_unknown_one_is_a_usage_error(pakaz: Pakaz) -> None:
    assert {
        match["id"]
        for match in pakaz("ask", "--json", "cargo", "--sector", "energy").json["matches"]
    } == {
        "gas-deal",
        "gas-price",
    }
    result = pakaz("ask", "cargo", "--sector", "enrgy")
    assert (result.out, result.code) == ("", 2)
    assert result.err == "pakaz: error: no sector 'enrgy'; choose from: energy, trade, empty\n"
    assert pakaz("list", "--sector", "enrgy").code == 2


def test_sectors_are_rows_of_id_name_and_count(pakaz: Pakaz) -> None:
    assert pakaz("sectors") == (
        "energy\tEnergy\t2\ntrade\tTrade\t1\nempty\tNothing yet\t0\n",
        "",
        0,
    )
    assert [json.loads(line) for line in pakaz("sectors", "--json").lines] == [
        {"id": "energy", "name": "Energy", "entries": 2},
        {"id": "trade", "name": "Trade", "entries": 1},
        {"id": "empty", "name": "Nothing yet", "entries": 0},
    ]


def test_one_sector_is_its_note_and_its_questions(pakaz: Pakaz) -> None:
    assert pakaz("sectors", "energy").out == (
        "Energy\n\nGas and oil. **Two** cargoes came.\n\n"
        "gas-deal\tWhat was agreed about liquefied natural gas?\n"
        "gas-price\tHow is a cargo priced?\n"
    )
    assert pakaz("sectors", "energy", "--json").json["note"] == "Gas and oil. **Two** cargoes came."
    assert pakaz("sectors", "energi") == (
        "",
        "pakaz: no sector 'energi'; did you mean energy?\n",
        1,
    )


def test_every_question_is_a_row_of_id_sector_and_question(pakaz: Pakaz) -> None:
    assert pakaz("list").lines == [
        "gas-deal\tenergy\tWhat was agreed about liquefied natural gas?",
        "gas-price\tenergy\tHow is a cargo priced?",
        "rice-duty\ttrade\tIs rice free of duty until 2027?",
        "fighter-count\t\tHow many JF-17 jets were bought?",
    ]
    assert pakaz("list", "--sector", "trade").lines == [
        "rice-duty\ttrade\tIs rice free of duty until 2027?"
    ]
    assert pakaz("list", "--sector", "empty") == ("", "", 0)
    assert [json.loads(line)["id"] for line in pakaz("list", "--json").lines] == [
        *("gas-deal", "gas-price", "rice-duty", "fighter-count")
    ]


def test_entries_are_shown_by_id(pakaz: Pakaz) -> None:
    assert pakaz("show", "rice-duty", "gas-price").out == (
        "Yes, until 31 December 2027.\n\nEach cargo has its own price.\n"
    )
    records = [json.loads(line) for line in pakaz("show", "gas-deal", "gas-price", "--json").lines]
    assert records[0] == GAS_RECORD
    assert records[1]["where"] == "Ask the seller."


def test_an_unknown_id_is_1_and_the_rest_is_shown(pakaz: Pakaz) -> None:
    result = pakaz("show", "rice-dty", "gas-price")
    assert result == (
        "Each cargo has its own price.\n",
        "pakaz: no entry 'rice-dty'; did you mean rice-duty?\n",
        1,
    )
    assert pakaz("show", "../../etc/passwd").code == 1


def test_labelled_lines_show_all_fields_of_an_entry(pakaz: Pakaz) -> None:
    assert pakaz("show", "gas-deal", "--format", "text").lines == [
        "Question: What was agreed about liquefied natural gas?",
        "Answer: A framework was signed on 24 July 2023.",
        "- One cargo a month may be offered, and may be refused.",
        "- See the text (https://example.org/text).",
        "It says [a-z], [1] and :smile: literally.",
        "Sector: Energy · as of 22 Jan 2026",
        "Source 1 of 2: 22 Jan 2026, Alpha Press: Alpha [/x] on gas, https://example.org/a/very/long/path/that/would/not/"
        "fit/in/a/narrow/panel/without/being/broken/somewhere.html",
        "Source 2 of 2: undated, Beta report",
        "Related 1 of 2: How is a cargo priced? Command: pakaz show gas-price",
        "Related 2 of 2: Is rice free of duty until 2027? Command: pakaz show rice-duty",
    ]
    assert pakaz("ask", "gas", "--format", "text").lines[1] == (
        "Choice 1 of 2: How is a cargo priced? Command: pakaz show gas-price"
    )
    assert "Where to look: Ask the seller." in pakaz("show", "gas-price", "--format", "text").lines


@pytest.mark.parametrize("fmt", ["rich", "text", "plain", "json"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["ask", "rice customs exemption"], 0),
        (["ask", "gas"], 3),
        (["ask", "weather"], 1),
        (["ask", ""], 1),
        (["sectors"], 0),
        (["sectors", "energy"], 0),
        (["sectors", "nope"], 1),
        (["list"], 0),
        (["show", "gas-deal"], 0),
        (["show", "nope"], 1),
        (["kb", "check", str(SMALL)], 0),
    ],
)
def test_the_exit_code_does_not_depend_on_the_format(
    pakaz: Pakaz, words: list[str], code: int, fmt: str
) -> None:
    result = pakaz(*words, "--format", fmt)
    assert result.code == code
    assert "\x1b" not in result.out + result.err
    if fmt == "json":
        assert all(isinstance(json.loads(line), dict) for line in result.lines)


def test_findings_are_printed_like_those_of_compilers(pakaz: Pakaz, tmp_path: Path) -> None:
    path = tmp_path / "kb.yaml"
    path.write_text(
        "schema: 1\nentries:\n  - id: a\n    question: Q?\n    answr: A.\n    as_of: x\n"
    )
    result = pakaz("kb", "check", str(path))
    assert result.code == 65
    assert result.err == "pakaz: 3 findings\n"
    assert [line.split(" ")[:2] for line in result.lines] == [
        [f"{path}:3:5:", "missing-key"],
        [f"{path}:5:5:", "unknown-key"],
        [f"{path}:6:12:", "bad-date"],
    ]
    records = [json.loads(line) for line in pakaz("kb", "check", str(path), "--json").lines]
    assert [(record["line"], record["column"], record["code"]) for record in records] == [
        (3, 5, "missing-key"),
        (5, 5, "unknown-key"),
        (6, 12, "bad-date"),
    ]


def test_an_evaluation_counts_what_became_of_each_question(pakaz: Pakaz, tmp_path: Path) -> None:
    lines = tmp_path / "q.jsonl"
    lines.write_text(
        '{"question": "rice customs exemption", "expect": ["rice-duty"]}\n\n'
        '{"question": "gas", "expect": ["gas-deal"], "tag": "short"}\n'
        '{"question": "weather", "expect": []}\n'
    )
    rows = tmp_path / "q.yaml"
    rows.write_text(
        "- {question: rice customs exemption, expect: [rice-duty]}\n"
        "- {question: gas, expect: [gas-deal], tag: short}\n"
        "- question: weather\n  expect: []\n"
    )
    assert pakaz("kb", "eval", str(lines)) == pakaz("kb", "eval", str(rows))
    report = pakaz("kb", "eval", str(lines), "--json").json
    assert report["in_scope"] == 2
    assert (report["p1"], report["right_share"], report["offered_share"]) == (0.5, 0.5, 0.5)
    assert report["false_answer_share"] == 0


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ('{"question": "x"}\n', ["1:1:"]),
        (
            '{"question": 5, "expect": []}\n{"question": "x", "expect": ["nope"]}\n',
            ["1:1:", "2:1:"],
        ),
        ('{"question": "x", "expect": []}\n{not json\n', ["2:1:"]),
        ('{"question": "x", "expect": [], "exepct": []}\n', ["1:1:"]),
        ("- x\n- {question: x, expect: []}\n", ["1:1:"]),
        ("question: x\n", ["1:1:"]),
        ("", ["1:1:"]),
    ],
)
def test_a_malformed_question_file_is_65(
    pakaz: Pakaz, tmp_path: Path, content: str, places: list[str]
) -> None:
    path = tmp_path / "questions"
    path.write_text(content)
    result = pakaz("kb", "eval", str(path))
    assert (result.code, result.out) == (65, "")
    assert [
        line.removeprefix(f"{path}:").split(" ")[0] for line in result.err.splitlines()[:-1]
    ] == places
    assert pakaz("kb", "eval", "/nowhere").code == 66


@pytest.mark.parametrize("words", [[], ["kb"]])
def test_without_a_subcommand_help_goes_to_stderr(pakaz: Pakaz, words: list[str]) -> None:
    result = pakaz(*words)
    assert (result.out, result.code) == ("", 2)
    assert result.err.startswith("Usage: pakaz")


@pytest.mark.parametrize(
    "words",
    [
        ["ask"],
        ["nope"],
        ["ask", "--nope"],
        ["ask", "x", "--top", "0"],
        ["show"],
        ["ask", "x", "--format", "xml"],
    ],
)
def test_usage_errors_are_2(pakaz: Pakaz, words: list[str]) -> None:
    result = pakaz(*words)
    assert (result.out, result.code) == ("", 2)
    assert "Error: " in result.err


def test_the_version_shows_the_date_of_the_knowledge_base(pakaz: Pakaz, bundled: Pakaz) -> None:
    assert pakaz("--version") == (
        f"pakaz {__version__} (knowledge base updated 2026-01-02)\n",
        "",
        0,
    )
    assert bundled("-V").out == f"pakaz {__version__} (knowledge base updated 2026-11-28)\n"
    assert pakaz("-V", PAKAZ_KB="/nowhere").code == 0


def test_the_examples_of_the_help_are_answered(bundled: Pakaz) -> None:
    told = bundled("--help").out.partition("Examples:")[2].partition("Answers")[0]
    examples = [line.split("|")[0].split() for line in told.splitlines() if "pakaz" in line]
    assert len(examples) >= 4
    for _, *words in examples:
        assert bundled(*words).code == 0, words


def test_help_starts_with_examples(pakaz: Pakaz) -> None:
    result = pakaz("--help")
    assert result.code == 0
    assert result.lines[2].strip() == "Examples:"


def test_the_help_lists_every_exit_code(pakaz: Pakaz) -> None:
    assert EXIT_TEXTS.keys() == {*Exit, 130, 141}
    rows = pakaz("--help").out.partition("Exit codes:\n")[2].splitlines()
    assert rows == [f"    {code:<3}  {text}" for code, text in EXIT_TEXTS.items()]


@pytest.mark.parametrize(
    "command",
    [
        *("ask", "chat", "batch", "sectors", "list", "show"),
        *("kb check", "kb eval", "kb build", "kb init"),
    ],
)
def test_every_command_accepts_the_options_about_output(command: str) -> None:
    out, _, code = run_inside(commands.run, [*command.split(), "--help"])
    options = re.findall(r"^  (?:-q, )?(--\w+)", out.decode(), re.MULTILINE)
    shared = ["--format", "--json", "--color", "--width", "--quiet", "--debug"]
    assert (options[-len(shared) :], code) == (shared, 0)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("pakaz sec", ["sectors"]),
        ("pakaz sectors en", ["energy"]),
        ("pakaz list --sector ", ["energy", "trade", "empty"]),
        ("pakaz show gas", ["gas-deal", "gas-price"]),
        ("pakaz ask --se", ["--sector"]),
        ("pakaz kb ", ["check", "eval", "build", "init"]),
    ],
)
def test_commands_options_and_ids_complete(pakaz: Pakaz, typed: str, offered: list[str]) -> None:
    words = typed.split(" ")
    result = pakaz(
        _PAKAZ_COMPLETE="complete_bash", COMP_WORDS=typed, COMP_CWORD=str(len(words) - 1)
    )
    assert [line.split(",")[-1] for line in result.lines] == offered


def test_completion_is_silent_about_a_broken_knowledge_base(pakaz: Pakaz) -> None:
    result = pakaz(
        _PAKAZ_COMPLETE="complete_bash",
        COMP_WORDS="pakaz show ",
        COMP_CWORD="2",
        PAKAZ_KB="/nowhere",
    )
    assert (result.out.strip(), result.err) == ("", "")


def test_the_bundled_base_answers_as_the_readme_says(bundled: Pakaz) -> None:
    answer = bundled("ask", "--json", "will my gas bill go down because of azerbaijan")
    assert (answer.json["answer"]["id"], answer.code) == ("gas-bills", 0)
    assert bundled("ask", "what is the capital of France").code == 1
    lng = bundled("ask", "lng")
    assert lng.code == 3
    assert "(pakaz show lng-deal)" in lng.err


def test_similar_ids_are_found_in_any_case(pakaz: Pakaz) -> None:
    assert "did you mean rice-duty?" in pakaz("show", "RICE-DUTI").err
