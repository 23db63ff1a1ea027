// Runs Zotero's own translators, in Zotero's own framework for servers.
//
// By default, both come from the npm package `zotero-translators`, which bundles all translators and the translation
// server of 2019. With RECTO_ZOTERO=FOLDER, they come from a clone of https://github.com/zotero/translation-server
// with its submodules and its packages, so that a page can be tried with the translators of today.
//
// As a program, it reads a list of jobs as JSON from standard input, {translator, url, html} or {translator, text},
// and prints what each found: a list of items, or {error}.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = process.env.RECTO_ZOTERO;
const require = createRequire(folder ? join(folder, "src/zotero.js") : import.meta.url);

/** Loads the framework, which puts `Zotero` into the global object, and the parser of documents that it brings. */
async function load() {
	// The framework reads files relative to the working folder, and its log must not mix with the result.
	const log = console.log;
	console.log = () => {};
	try {
		if (!folder) {
			const path = require.resolve("zotero-translators");
			require(path);
			Zotero.debug = () => {};
			return createRequire(path)("jsdom").JSDOM;
		}
		process.chdir(folder);
		process.env.NODE_CONFIG_DIR = join(folder, "config");
		require("./zotero");
		Zotero.debug = () => {};
		require("./http");
		await require("./translators").init();
		return require("jsdom").JSDOM;
	}
	finally {
		console.log = log;
	}
}

let framework;

/** Returns the names of the translators that recognize a page, the one that Zotero takes first. */
export async function recognizers(html, url) {
	const JSDOM = await (framework ??= load());
	const translate = new Zotero.Translate.Web();
	translate.setDocument(new JSDOM(html, { url }).window.document);
	const found = await translate.getTranslators(true);
	return found.map(translator => ({ label: translator.label, itemType: translator.itemType }));
}

/** Runs the translator with this label over a text (an importer) or over a document at `url` (a web translator). */
export async function run(label, { text, html, url }) {
	const JSDOM = await (framework ??= load());
	const type = html === undefined ? "import" : "web";
	const translator = await named(type, label);
	const translate = type === "web" ? new Zotero.Translate.Web() : new Zotero.Translate.Import();
	if (type === "web") {
		translate.setDocument(new JSDOM(html, { url }).window.document);
	}
	else {
		translate.setString(text);
	}
	translate.setTranslator(translator);
	let failed;
	translate.setHandler("error", (_, error) => { failed = error; });
	const items = await translate.translate({ libraryID: false });
	if (failed) throw failed;
	return items.flatMap(toApi);
}

async function named(type, label) {
	const all = await Zotero.Translators.getAllForType(type);
	const found = all.find(translator => translator.label === label);
	if (!found) throw new Error(`no translator is called ${label}`);
	return found;
}

/** Returns an item as the server sends it: only fields that Zotero keeps, and a desk as `name`. */
function toApi(item) {
	const convert = Zotero.Utilities.Item?.itemToAPIJSON ?? Zotero.Utilities.itemToAPIJSON;
	return convert.call(Zotero.Utilities, item);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const out = [];
	for (const job of JSON.parse(readFileSync(0, "utf8"))) {
		try {
			out.push(job.translator ? await run(job.translator, job) : await recognizers(job.html, job.url));
		}
		catch (error) {
			out.push({ error: String(error?.stack ?? error) });
		}
	}
	process.stdout.write(JSON.stringify(out));
	process.exit(0);
}
