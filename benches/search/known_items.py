#!/usr/bin/env python3
"""Makes queries whose answer is known from the texts of a site.

    known_items.py RECORDS QUERIES [--seed N]

RECORDS is what `recto export --to search-jsonl` writes of a site, such as that of `corpus.py`. QUERIES gets a
query a line of JSON, {q, path, language, kind, n, open}: the query, the path of the page that it was made from, and how many pages
match it literally; at most 4 do, since nobody could say which of fifty is the right one. `open` marks a query whose last
word is not finished. Needs `pip install snowballstemmer`, and Node. The same records and seed give the same queries.
"""

import argparse
import bisect
import collections
import json
import random
import re
import subprocess
import sys
import unicodedata

import snowballstemmer

MOST = 4
STEMMERS = {"en": "english", "ru": "russian", "fr": "french", "de": "german", "es": "spanish"}
SPACED = {"exact": 8, "inflected": 7, "prefix": 7, "phrase": 6, "facet": 5, "typo": 6, "number": 5, "date": 3,
          "variant": 6, "mixed": 4}
WHOLE = {"exact": 8, "one word": 8, "phrase": 7, "mixed": 6, "facet": 4, "number": 5, "date": 3}
PARTICLES = {"exact": 9, "inflected": 9, "phrase": 6, "mixed": 5, "facet": 4, "prefix": 5, "date": 3}
PLANS = {**dict.fromkeys(["en", "ru", "fr", "de", "es"], SPACED), **dict.fromkeys(["ko", "ar"], PARTICLES),
         **dict.fromkeys(["ja", "zh-Hans", "zh-Hant", "th"], WHOLE)}
KOREAN = ["에서", "으로", "은", "는", "이", "가", "을", "를", "의", "에", "로", "와", "과", "도"]

WORD = re.compile(r"[^\W\d_]+")
LETTERS = {"ko": re.compile(r"[\uac00-\ud7a3]{2,}"), "ar": re.compile(r"[\u0621-\u064a]{4,}")}
SHAPES = {"ja": re.compile(r"[\u3005\u4e00-\u9fff]{2,6}|[\u30a1-\u30fa\u30fc]{3,10}"),
          "zh-Hans": re.compile(r"[\u4e00-\u9fff]{2,6}"), "zh-Hant": re.compile(r"[\u4e00-\u9fff]{2,6}"),
          "th": re.compile(r"[\u0e01-\u0e4e]{4,16}")}
RUNS = {"ja": re.compile(r"[\u3005\u3041-\u309f\u30a1-\u30fa\u30fc\u4e00-\u9fff]{7,}"),
        "zh-Hans": re.compile(r"[\u4e00-\u9fff]{7,}"), "zh-Hant": re.compile(r"[\u4e00-\u9fff]{7,}"),
        "th": re.compile(r"[\u0e01-\u0e4e]{12,}")}
UNITS = {"million": 6, "billion": 9, "trillion": 12, "millionen": 6, "milliarden": 9, "billionen": 12, "millones": 6,
         "millions": 6, "milliards": 9, "миллионов": 6, "миллиона": 6, "миллиардов": 9, "миллиарда": 9, "млн": 6,
         "млрд": 9, "万": 4, "億": 8, "亿": 8, "萬": 4, "만": 4, "억": 8}
# `billion` is 10^12 in German and French, where it hardly occurs; English forms may stand in any text.
NUMBER = re.compile(r"(?<![\d.,])(\d{1,4})(?:[.,](\d{1,2}))?[ \u00a0]?(" + "|".join(sorted(UNITS, key=len, reverse=True)) +
                    r")(?![^\W\d_\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]|\d)")


def folded(text):
    return unicodedata.normalize("NFC", text).lower()


class Item:
    def __init__(self, record):
        original = record.get("original") or {}
        self.path, self.language, self.date = record["path"], record["language"], record["date"]
        self.source = record["sources"][0]["id"]
        self.translated = record["kind"] == "translation"
        self.written = record["title"] + "\n" + record["text"]
        self.text = folded(self.written)
        self.original = folded((original.get("title") or "") + "\n" + (original.get("text") or ""))
        self.words = set(WORD.findall(self.text))
        self.numbers = {value(found) for found in NUMBER.finditer(self.text)}


def value(found):
    whole, part, unit = found.groups()
    return int(whole + (part or "").ljust(2, "0")) * 10 ** (UNITS[unit] - 2)


def segments(items):
    """The words of the beginnings of texts, cut by the ICU of Node."""
    program = """
        const cutters = {};
        for (const line of require("fs").readFileSync(0, "utf8").trim().split("\\n")) {
            const [language, text] = JSON.parse(line);
            const cutter = cutters[language] ??= new Intl.Segmenter(language, { granularity: "word" });
            console.log(JSON.stringify([...cutter.segment(text)].map((part) => part.segment)));
        }"""
    lines = "\n".join(json.dumps([item.language, item.text[:600]]) for item in items)
    ran = subprocess.run(["node", "-e", program], input=lines, text=True, stdout=subprocess.PIPE, check=True)
    return {item.path: json.loads(line) for item, line in zip(items, ran.stdout.split("\n"))}


class Corpus:
    def __init__(self, path):
        self.items = [Item(json.loads(line)) for line in open(path, encoding="utf-8")]
        self.places = collections.defaultdict(set)
        self.numbers = collections.defaultdict(set)
        for at, item in enumerate(self.items):
            for word in item.words | set(WORD.findall(item.original)):
                self.places[word].add(at)
            for number in item.numbers:
                self.numbers[number].add(at)
        self.sorted = sorted(self.places)
        self.stemmers = {tag: snowballstemmer.stemmer(name) for tag, name in STEMMERS.items()}
        self.stems, self.forms = {}, collections.defaultdict(set)
        for item in self.items:
            if item.language in STEMMERS:
                for word in item.words:
                    self.forms[item.language, self.stem(word, item.language)].add(word)
        self.found = {}
        self.segments = segments([item for item in self.items if item.language in RUNS])

    def stem(self, word, language):
        if (word, language) not in self.stems:
            self.stems[word, language] = self.stemmers[language].stemWord(word)
        return self.stems[word, language]

    def relatives(self, word, language):
        return {w for w in self.forms[language, self.stem(word, language)] if w[:4] == word[:4]}

    def count(self, word):
        return len(self.places.get(word, ()))

    def with_any(self, words):
        return set().union(*(self.places.get(word, set()) for word in words))

    def with_prefix(self, start):
        at = bisect.bisect_left(self.sorted, start)
        words = []
        while at < len(self.sorted) and self.sorted[at].startswith(start):
            words.append(self.sorted[at])
            at += 1
        return self.with_any(words)

    def with_part(self, part):
        """The items that have these characters in a row."""
        if part not in self.found:
            all_items = enumerate(self.items)
            self.found[part] = {at for at, item in all_items if part in item.text or part in item.original}
        return self.found[part]


class Maker:
    def __init__(self, corpus, seed):
        self.corpus, self.random, self.queries = corpus, random.Random(seed), []

    def add(self, at, kind, query, *matching, **more):
        """Adds a query unless too many items match it: those that are in all sets."""
        item = self.corpus.items[at]
        n = len(set.intersection(*matching))
        if not 0 < n <= MOST or at not in set.intersection(*matching):
            return False
        self.queries.append({"q": query, "path": item.path, "language": item.language, "kind": kind, "n": n, **more})
        return True

    def make(self, language, plan):
        corpus = self.corpus
        # English texts with translations occur on several pages, so only translations have an answer.
        fit = [at for at, item in enumerate(corpus.items)
               if item.language == language and len(item.text) > 250 and (item.translated or language != "en")]
        self.random.shuffle(fit)
        made = collections.Counter()
        for kind, wanted in plan.items():
            make = getattr(self, kind.replace(" ", "_"))
            for _ in range(len(fit)):
                if made[kind] == wanted:
                    break
                at = fit.pop(0)
                fit.append(at)
                made[kind] += bool(make(at, self.words(at)))
        short = {kind: made[kind] for kind in plan if made[kind] < plan[kind]}
        if short:
            print(f"{language}: only {short}", file=sys.stderr)

    def words(self, at):
        """Rare words of the beginning of a text, each once."""
        item, corpus = self.corpus.items[at], self.corpus
        if item.language in RUNS:
            parts = self.parts(item)
            self.random.shuffle(parts)
            return [part for part in parts[:12] if len(corpus.with_part(part)) <= 60]
        if item.language in LETTERS:
            found = dict.fromkeys(LETTERS[item.language].findall(item.text[:700]))
            return [word for word in found if corpus.count(word) <= 10]
        found = dict.fromkeys(word for word in WORD.findall(item.text[:300]) if len(word) >= 4)
        return [word for word in found if 2 <= corpus.count(word) <= 150]

    def parts(self, item):
        """The words of a text without spaces, as ICU cuts them; in Japanese those in Han and Katakana."""
        shape = SHAPES[item.language]
        return [word for word in dict.fromkeys(self.corpus.segments[item.path]) if shape.fullmatch(word)]

    def matching(self, item, word):
        return self.corpus.with_part(word) if item.language in RUNS else self.corpus.places.get(word, set())

    def exact(self, at, words):
        item = self.corpus.items[at]
        if len(words) < 2:
            return False
        pair = self.random.sample(words, 2)
        return self.add(at, "exact", " ".join(pair), *(self.matching(item, word) for word in pair))

    def one_word(self, at, words):
        best = min(words, key=lambda word: len(self.corpus.with_part(word)), default=None)
        return bool(best) and self.add(at, "one word", best, self.corpus.with_part(best))

    def inflected(self, at, words):
        item, corpus = self.corpus.items[at], self.corpus
        if len(words) < 2:
            return False
        word, other = self.random.sample(words, 2)
        if item.language == "ko":
            particle = next((end for end in KOREAN if word.endswith(end) and len(word) - len(end) >= 2), None)
            form = particle and word[: -len(particle)]
            same = form and corpus.with_prefix(form)
        elif item.language == "ar":
            bare = word[2:] if word.startswith("ال") else word
            form = bare if bare != word else "ال" + word
            if len(bare) < 4 or bare.startswith(("ل", "و", "ب")):
                return False
            same = corpus.with_any([bare, "ال" + bare])
        else:
            forms = sorted(w for w in corpus.relatives(word, item.language)
                           if w not in item.words and corpus.count(w) <= 60)
            form = forms and self.random.choice(forms)
            same = form and corpus.with_any(corpus.relatives(word, item.language))
        return bool(form) and self.add(at, "inflected", f"{form} {other}", same, corpus.places[other], was=word)

    def prefix(self, at, words):
        if len(words) < 2:
            return False
        first, second = self.random.sample(words, 2)
        start = second[: max(3, len(second) * 3 // 5)]
        matching = (self.corpus.places[first], self.corpus.with_prefix(start))
        return start != second and self.add(at, "prefix", f"{first} {start}", *matching, open=True)

    def phrase(self, at, _):
        item = self.corpus.items[at]
        if item.language in RUNS:
            runs = RUNS[item.language].findall(item.text)
            if not runs:
                return False
            run, size = self.random.choice(runs), 10 if item.language == "th" else 7
            start = self.random.randrange(len(run) - size + 1)
            phrase = run[start:start + size]
        else:
            clauses = [clause.split() for clause in re.split(r"[^\w\s]|[\d\n_]", item.text)]
            clauses = [words for words in clauses if 4 <= len(words) <= 30]
            if not clauses:
                return False
            words = self.random.choice(clauses)
            size = 3 if item.language in LETTERS else 4
            start = self.random.randrange(len(words) - size + 1)
            phrase = " ".join(words[start:start + size])
        return self.add(at, "phrase", f'"{phrase}"', self.corpus.with_part(phrase))

    def mixed(self, at, words):
        """A word of the text and one of its original, which the page prints beside it."""
        item, corpus = self.corpus.items[at], self.corpus
        own = set(WORD.findall(item.text))
        others = [w for w in dict.fromkeys(WORD.findall(item.original[:800]))
                  if w.isascii() and len(w) >= 4 and w not in own and 2 <= corpus.count(w) <= 150]
        if not words or not others:
            return False
        word, other = self.random.choice(words), self.random.choice(others)
        return self.add(at, "mixed", f"{word} {other}", self.matching(item, word), corpus.places[other])

    def filtered(self, at, words, kind, name, wanted, has):
        item = self.corpus.items[at]
        if not words:
            return False
        word = self.random.choice(words)
        passing = {n for n in self.matching(item, word) if has(self.corpus.items[n])}
        return self.add(at, kind, f"{name}:{wanted} {word}", passing)

    def facet(self, at, words):
        item = self.corpus.items[at]
        if self.random.random() < 0.5:
            return self.filtered(at, words, "facet", "lang", item.language, lambda it: it.language == item.language)
        return self.filtered(at, words, "facet", "source", item.source, lambda it: it.source == item.source)

    def date(self, at, words):
        item = self.corpus.items[at]
        return self.filtered(at, words, "date", "on", item.date, lambda it: it.date == item.date)

    def typo(self, at, words):
        word = max(words, key=len, default="")
        others = [other for other in words if other != word]
        if len(word) < 7 or not others:
            return False
        place, other = self.random.randrange(3, len(word) - 1), self.random.choice(others)
        before, (a, b), after = word[:place], word[place:place + 2], word[place + 2:]
        wrong = self.random.choice([before + b + a + after, before + b + after, before + a + a + b + after])
        if wrong == word or wrong in self.corpus.places:
            return False
        matching = (self.corpus.places[word], self.corpus.places[other])
        return self.add(at, "typo", f"{wrong} {other}", *matching, was=word)

    def variant(self, at, words):
        """Another spelling of a name: without its hyphen, or by another transliteration."""
        item, corpus = self.corpus.items[at], self.corpus
        names = re.findall(r"\b[A-Z][a-zà-ÿ]{2,}-[A-Za-zà-ÿ]{2,}\b|\b[A-Z][a-z]*(?:ou|oo|mb|mp|nb|np)[a-z]{2,}\b",
                           item.written[:3000])
        if not names or not words:
            return False
        name = self.random.choice(names)
        if "-" in name:
            wrong, same = name.replace("-", ""), corpus.with_part(folded(name))
        else:
            swap = {"ou": "o", "oo": "o", "mb": "nb", "mp": "np", "nb": "mb", "np": "mp"}
            part = next(part for part in swap if part in name)
            wrong, same = name.replace(part, swap[part], 1), corpus.places.get(folded(name), set())
        others = [other for other in words if other not in folded(name)]
        if not others or folded(wrong) in corpus.places:
            return False
        other = self.random.choice(others)
        return self.add(at, "variant", f"{wrong} {other}", same, corpus.places[other], was=name)

    def number(self, at, words):
        """A large number in another writing than that of the text."""
        item, corpus = self.corpus.items[at], self.corpus
        numbers = sorted(number for number in item.numbers if number >= 10000)
        if not numbers or not words:
            return False
        number, word = self.random.choice(numbers), self.random.choice(words)
        writings = [f"{number:,}"]
        if item.language != "en" and number >= 10 ** 6:
            size, unit = (10 ** 9, "billion") if number >= 10 ** 9 else (10 ** 6, "million")
            writings.append(f"{number / size:g} {unit}")
        writing = self.random.choice(writings)
        return self.add(at, "number", f"{writing} {word}", corpus.numbers[number], self.matching(item, word))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("records")
    parser.add_argument("queries")
    # Drawn once by `secrets.randbelow(10**6)`, before anything was measured.
    parser.add_argument("--seed", type=int, default=427104)
    given = parser.parse_args()
    maker = Maker(Corpus(given.records), given.seed)
    for language, plan in PLANS.items():
        maker.make(language, plan)
    with open(given.queries, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(query, ensure_ascii=False) + "\n" for query in maker.queries)
    for key in ("language", "kind"):
        print(key, dict(collections.Counter(query[key] for query in maker.queries)), file=sys.stderr)
    print(len(maker.queries), "queries", file=sys.stderr)


if __name__ == "__main__":
    main()
