// The search of the archive: what is typed becomes terms, terms name the files of the index below /search/, and the
// files give results. The format of the files is in Recto's manual, "The search index". Nothing here uses a server.

// text:begin — folding and cutting, as Recto does it (src/content/search/)
// text:end

// engine:begin — reading the index, and ranking
// engine:end

// page:begin — the page: form, results, address
// page:end
