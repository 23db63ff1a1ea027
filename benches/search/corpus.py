#!/usr/bin/env python3
"""Writes a Recto site of real texts in many languages, to measure search on it.

    corpus.py MIRRORS SITE [--lctt N]

MIRRORS is a folder with clones (bare or not) of these repositories, whose names may have any prefix:
NTREX (news in 11 languages), wmt22-news-systems and wmt23-news-systems (news in pairs), www.ruby-lang.org (news in
17 languages) and TranslateProject (Chinese texts on technology). Texts that are not there are left out. SITE must not
exist. The site is in English: each article is an English translation with its original beside it, or an English
original with its translations. The texts belong to their authors and are for measuring only.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
import zlib

NTREX = {"ar": "arb", "de": "deu", "es": "spa", "fr": "fra", "ja": "jpn", "ko": "kor", "ru": "rus", "th": "tha",
         "zh-Hans": "zho-CN", "zh-Hant": "zho-TW"}
RUBY = {"zh_cn": "zh-Hans", "zh_tw": "zh-Hant"}
WMT = {"zh": "zh-Hans"}


class Repository:
    """The files of a commit, read without a work tree."""

    def __init__(self, mirrors, name):
        self.found = None
        for folder in sorted(os.listdir(mirrors)):
            path = os.path.join(mirrors, folder)
            if folder.endswith(name):
                self.found = os.path.join(path, "repo") if os.path.isdir(os.path.join(path, "repo")) else path
        self.cat = None

    def names(self, below):
        if not self.found:
            return []
        command = ["git", "-C", self.found, "ls-tree", "-r", "-z", "--name-only", "HEAD", below]
        return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")[:-1]

    def read(self, name):
        if not self.cat:
            command = ["git", "-C", self.found, "cat-file", "--batch"]
            self.cat = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.cat.stdin.write(f"HEAD:{name}\n".encode())
        self.cat.stdin.flush()
        size = self.cat.stdout.readline().split()[-1]
        if size == b"missing":
            return None
        text = self.cat.stdout.read(int(size))
        self.cat.stdout.read(1)
        return text.decode("utf-8", "replace").replace("\r\n", "\n").replace("\ufeff", "")


def day(year, name):
    """A day of the year that depends only on the name."""
    number = zlib.crc32(name.encode())
    return f"{year}-{number % 12 + 1:02}-{number // 12 % 28 + 1:02}"


def quoted(text):
    text = re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+", " ", text)
    return json.dumps(text.strip() or "-", ensure_ascii=False)


class Site:
    def __init__(self, path):
        os.makedirs(os.path.join(path, "content/articles"))
        self.path = path
        self.count = collections.Counter()
        self.names = set()
        with open(os.path.join(path, "site.toml"), "w", encoding="utf-8") as file:
            file.write('title = "Corpus"\nbase_url = "https://corpus.example"\ntimezone = "UTC"\n')

    def add(self, group, name, date, source, texts, original):
        """Adds an article. `texts` has (title, body) by language, and English; `original` is the language of one."""
        name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80]
        if name in self.names:
            name += f"-{len(self.names)}"
        self.names.add(name)
        for language, (title, body) in texts.items():
            head = [f"title = {quoted(title)}"]
            if language == "en":
                head += [f"date = {date}", f"posted = {date}T12:00:00", f"source = {quoted(source)}",
                         f'section = "{group}"']
                translated = ['translator = "Desk"', "[original]", f'lang = "{original}"']
                head += ['kind = "original"'] if original == "en" else translated
            elif original == "en":
                head += ['translator = "Desk"']
            tag = "" if language == "en" else f".{language}"
            path = os.path.join(self.path, "content/articles", f"{name}{tag}.md")
            with open(path, "w", encoding="utf-8") as file:
                body = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", " ", body)
                file.write("+++\n" + "\n".join(head) + "\n+++\n\n" + body + "\n")
            self.count[language] += 1


def plain(lines):
    """A body of paragraphs in which no character is Markdown."""
    escaped = (re.sub(r"([\\`*_{}\[\]<>#&+\-!|~^$=])", r"\\\1", line.strip()) for line in lines)
    return "\n\n".join(re.sub(r"^(\d+)([.)])", r"\1\\\2", line) for line in escaped if line)


def ntrex(site, repository):
    ids = (repository.read("DOCUMENT_IDS.tsv") or "").split("\n") if repository.found else []
    files = {"en": "NTREX-128/newstest2019-src.eng.txt"}
    files.update({tag: f"NTREX-128/newstest2019-ref.{name}.txt" for tag, name in NTREX.items()})
    lines = {tag: (repository.read(name) or "").split("\n") for tag, name in files.items()} if ids else {}
    documents = collections.OrderedDict()
    for at, name in enumerate(ids):
        if name.strip():
            documents.setdefault(name.strip(), []).append(at)
    for name, places in documents.items():
        texts = {tag: [text[at] for at in places] for tag, text in lines.items()}
        texts = {tag: (text[0], plain(text[1:])) for tag, text in texts.items() if any(map(str.strip, text))}
        site.add("News", f"ntrex {name}", day(2019, name), name.rsplit(".", 1)[0], texts, "en")


def wmt(site, repository, year):
    for name in repository.names("xml"):
        pair = re.search(r"\.([a-z]{2})-([a-z]{2})\.all\.xml$", name)
        if not pair or "en" not in pair.groups():
            continue
        # A mirror may lack large files, and some have characters that XML does not allow.
        text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", repository.read(name) or "")
        if not text:
            continue
        for document in ElementTree.fromstring(text).iter("doc"):
            segments = {}
            for side, kind in zip(pair.groups(), ("src", "ref")):
                element = document.find(kind)
                found = [] if element is None else [s.text or "" for s in element.iter("seg")]
                segments[WMT.get(side, side)] = [line for line in found if line.strip()]
            if any(len(lines) < 2 for lines in segments.values()):
                continue
            original = WMT.get(pair[1], pair[1])
            id = f"wmt{year} {'-'.join(pair.groups())} {document.get('id')}"
            source = re.split(r"[.:_-]\d", document.get("id"))[0]
            texts = {tag: (lines[0][:150], plain(lines)) for tag, lines in segments.items()}
            site.add("News", id, day(2000 + year, id), source, texts, original)


def markdown(text):
    """Takes out what other generators expand."""
    text = re.sub(r"(?s)\{%\s*highlight.*?%\}(.*?)\{%\s*endhighlight\s*%\}", r"```\n\1\n```", text)
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{:.*?\}", "", text)


def ruby(site, repository):
    versions = collections.defaultdict(dict)
    for name in repository.names("."):
        parts = re.fullmatch(r"(\w+)/news/_posts/((\d{4}-\d\d-\d\d)-.*)\.md", name)
        text = parts and repository.read(name)
        head = re.match(r"(?s)---\n(.*?)\n---\n(.*)", text or "")
        title = head and re.search(r'(?m)^title:\s*["\']?(.*?)["\']?\s*$', head[1])
        if title:
            versions[parts[2]][RUBY.get(parts[1], parts[1])] = (title[1], markdown(head[2]))
    for name, texts in sorted(versions.items()):
        if "en" in texts:
            site.add("Ruby", f"ruby {name}", name[:10], "Ruby", texts, "en")


def lctt(site, repository, most):
    names = [n for n in repository.names("published") if re.search(r"/\d{6}/.*\.md$", n)]
    for name in names[:: max(1, len(names) // max(1, most))][:most]:
        text = repository.read(name)
        lines = text.split("\n", 2)
        if len(lines) < 3 or not re.search(r"[\u4e00-\u9fff]", text):
            continue
        title, body = (lines[0], lines[2]) if re.match(r"[=-]{3}", lines[1]) else (lines[0], "\n".join(lines[1:]))
        title = re.sub(r"^#+\s*|\[|\]\(.*\)|[*`]", "", title)
        month = re.search(r"/(\d{4})(\d\d)/", name)
        english = re.sub(r"^\d{6,8}(\.\d)?\s*", "", os.path.basename(name)[:-3])
        texts = {"en": (english, "The English text is elsewhere."), "zh-Hans": (title, body)}
        site.add("Technology", f"lctt {english}", day(month[1], name)[:5] + f"{month[2]}-01", "LCTT", texts, "en")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("mirrors")
    parser.add_argument("site")
    parser.add_argument("--lctt", type=int, default=2500, help="how many texts of TranslateProject")
    given = parser.parse_args()
    site = Site(given.site)
    ntrex(site, Repository(given.mirrors, "NTREX"))
    wmt(site, Repository(given.mirrors, "wmt22-news-systems"), 22)
    wmt(site, Repository(given.mirrors, "wmt23-news-systems"), 23)
    ruby(site, Repository(given.mirrors, "www.ruby-lang.org"))
    lctt(site, Repository(given.mirrors, "TranslateProject"), given.lctt)
    print(sum(site.count.values()), "texts:", dict(site.count.most_common()), file=sys.stderr)


if __name__ == "__main__":
    main()
