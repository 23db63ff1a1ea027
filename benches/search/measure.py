#!/usr/bin/env python3
"""Measures a search with queries whose answer is known.

    measure.py ANSWERS QUERIES [--failed]

ANSWERS is what `node tests/search/queries.mjs PUBLIC < QUERIES` writes, or another search in the same form. QUERIES has
a query as a line of JSON: {q, path, language, kind}. Prints tables of Markdown. `--failed` lists the queries whose answer
is not among the first five.
"""

import argparse
import json


def share(part, of):
    return f"{part / of:.3f}".replace("0.", ".", 1) if part < of else "1.00"


def row(name, found):
    ranks = [rank for rank, _, _ in found]
    n = len(ranks)
    mrr = sum(1 / rank for rank in ranks if rank and rank <= 10)
    cells = [share(sum(rank == 1 for rank in ranks), n), share(sum(1 <= rank <= 5 for rank in ranks), n), share(mrr, n)]
    return f"| {name} | {n} | " + " | ".join(cells) + " |"


def quantile(values, part):
    values = sorted(values)
    return values[int((len(values) - 1) * part)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("answers")
    parser.add_argument("queries")
    parser.add_argument("--failed", action="store_true")
    given = parser.parse_args()
    read = lambda path: [json.loads(line) for line in open(path, encoding="utf-8")]
    found = []
    for query, answer in zip(read(given.queries), read(given.answers), strict=True):
        paths = answer.get("paths") or []
        found.append((paths.index(query["path"]) + 1 if query["path"] in paths else 0, query, answer))
    for key in ("kind", "language"):
        print(f"| {key} | n | success@1 | success@5 | MRR@10 |\n|--|--|--|--|--|")
        for value in dict.fromkeys(query[key] for _, query, _ in found):
            print(row(value, [one for one in found if one[1][key] == value]))
        print(row("all", found) + "\n")
    for name, of in [("first title", lambda a: a["title"]), ("first ten", lambda a: a["first"]), ("end", lambda a: a)]:
        answers = [of(answer) for _, _, answer in found if answer.get("first") and answer.get("title")]
        if not answers:
            continue
        cells = [f"{quantile([a['bytes'] for a in answers], part) / 1000:.0f} kB, "
                 f"{quantile([a['requests'] for a in answers], part)} requests" for part in (.5, .9, 1)]
        print(f"{name}: p50 {cells[0]}; p90 {cells[1]}; max {cells[2]}")
    print("ms p50", round(quantile([a.get("ms", 0) for _, _, a in found], .5)),
          "p90", round(quantile([a.get("ms", 0) for _, _, a in found], .9)))
    print("errors:", sum(bool(answer.get("error")) for _, _, answer in found))
    if given.failed:
        for rank, query, answer in found:
            if not 1 <= rank <= 5:
                print(query["language"], query["kind"], "|", query["q"], "|", query.get("was", ""), "|", query["path"],
                      "| rank", rank, "of", answer.get("total"), answer.get("including"), answer.get("error") or "")


if __name__ == "__main__":
    main()
