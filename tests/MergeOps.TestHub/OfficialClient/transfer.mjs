// Moves the files of one repository by Hugging Face's own JavaScript client and prints the seconds; see MergeOps.Benchmarks transfer.
//   node transfer.mjs pull OWNER/NAME | push OWNER/NAME FOLDER
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createRepo, snapshotDownload, uploadFiles } from "@huggingface/hub";

const at = { hubUrl: process.env.HF_ENDPOINT, accessToken: process.env.HF_TOKEN };
const [way, name, folder] = process.argv.slice(2);
const repo = { type: "model", name };
let begun;
if (way === "pull") {
  begun = performance.now();
  await snapshotDownload({ ...at, repo, cacheDir: join(process.env.HF_HOME, "hub"), xet: false });
} else {
  await createRepo({ ...at, repo, visibility: "private" });
  const paths = (await readdir(folder)).filter((path) => path.endsWith(".safetensors"));
  begun = performance.now();
  await uploadFiles({ ...at, repo, files: paths.map((path) => ({ path, content: pathToFileURL(join(folder, path)) })), commitTitle: "Add weights", useXet: false });
}
console.log(((performance.now() - begun) / 1000).toFixed(3));
