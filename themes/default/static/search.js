// The search of the archive: what is typed becomes terms, terms name the files of the index below /search/, and the
// files give results. The format of the files is in Recto's manual, "The search index". Nothing here uses a server.

// text:begin — folding and cutting, as Recto does it (src/content/search/)
// text:end

// engine:begin — reading the index, and ranking
// engine:end

// page:begin — the page: form, results, address
// What it takes from the engine:
//   engine = new Engine(root)          `root` is the address of the index, "/search/". Requests nothing yet.
//   engine.search(query, { facets: ["src:asahi"], from: "2021-03-01", to, sort: "date", size: 10, signal }, show)
//     Calls `show(result)` each time it knows more, and resolves with the last result. Rejects with the signal's
//     reason, or with an error whose `code` is "offline" (a request failed), "damaged" (a file is not what the entry
//     says, twice) or "browser" (no DecompressionStream).
//     result = { total, looked, hits: [{ address, title, language }], including: [word], suggestions: [query],
//                marks: [folded form or run that matched] }
//   engine.page(address, signal)       The parsed document of a result, fetched once.
//   startsSearch(query)                Whether it is long enough to be searched for.
// page:end
