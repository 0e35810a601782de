// Hugging Face's own JavaScript client against a running test Hub.
// HF_ENDPOINT and HF_TOKEN say which; `npm install` brings the client; each line printed is something that worked.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  checkRepoAccess, commit, countCommits, createBranch, createRepo, deleteBranch, deleteFile, deleteRepo,
  downloadFile, downloadFileToCacheDir, fileExists, listCommits, listFiles, modelInfo, parseSafetensorsMetadata,
  pathsInfo, repoExists, snapshotDownload, uploadFile, uploadFiles, whoAmI,
} from "@huggingface/hub";

const at = { hubUrl: process.env.HF_ENDPOINT, accessToken: process.env.HF_TOKEN };
const anonymous = { hubUrl: at.hubUrl };
const folder = await mkdtemp(join(tmpdir(), "official-client-"));
const repo = { type: "model", name: `tester/js-${randomBytes(4).toString("hex")}` };
const text = (blob) => blob.text();
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const all = async (entries) => { const list = []; for await (const entry of entries) list.push(entry); return list; };
const refused = (status) => (error) => { assert.equal(error.statusCode, status, String(error)); return true; };

// a safetensors file of one tensor, large enough for several parts where the Hub asks for parts
const header = Buffer.from(JSON.stringify({ w: { dtype: "F32", shape: [256, 512], data_offsets: [0, 524288] } }).padEnd(104));
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(header.length));
const weights = Buffer.concat([length, header, randomBytes(524288)]);

async function step(name, action) {
  await action();
  console.log(`works: ${name}`);
}

await step("who am I", async () => assert.equal((await whoAmI(at)).name, "tester"));
await step("create a private repository", async () => {
  const { repoUrl } = await createRepo({ ...at, repo, visibility: "private" });
  assert.equal(repoUrl, `${at.hubUrl}/${repo.name}`);
  await assert.rejects(createRepo({ ...at, repo, visibility: "private" }), refused(409));
});
await step("a private repository is hidden from the anonymous", async () => {
  assert.equal(await repoExists({ ...at, repo }), true);
  await checkRepoAccess({ ...at, repo });
  await assert.rejects(checkRepoAccess({ ...anonymous, repo }), refused(401));
  await assert.rejects(checkRepoAccess({ ...at, repo: "tester/absent" }), refused(404));
});
let first;
await step("commit regular and large files at once", async () => {
  const made = await commit({
    ...at, repo, title: "Add a model", useXet: false,
    operations: [
      { operation: "addOrUpdate", path: "config.json", content: new Blob(["{}"]) },
      { operation: "addOrUpdate", path: "deep/er/empty file.txt", content: new Blob([]) },
      { operation: "addOrUpdate", path: "model.safetensors", content: new Blob([weights]) },
      { operation: "addOrUpdate", path: "README.md", content: new Blob(["---\nlicense: mit\ntags:\n- merge\n---\n# Model\n"]) },
    ],
  });
  first = made.commit.oid;
  assert.match(first, /^[0-9a-f]{40}$/);
});
await step("list files, with LFS digests", async () => {
  const files = await all(listFiles({ ...at, repo, recursive: true }));
  assert.deepEqual(files.filter((f) => f.type === "file").map((f) => f.path).sort(), [".gitattributes", "README.md", "config.json", "deep/er/empty file.txt", "model.safetensors"]);
  assert.equal(files.find((f) => f.path === "model.safetensors").lfs.oid, sha256(weights));
});
await step("paths info, existence, model info", async () => {
  const [info] = await pathsInfo({ ...at, repo, paths: ["model.safetensors", "absent"] });
  assert.equal(info.size, weights.length);
  assert.equal(await fileExists({ ...at, repo, path: "config.json" }), true);
  assert.equal(await fileExists({ ...at, repo, path: "absent" }), false);
  const model = await modelInfo({ ...at, name: repo.name, additionalFields: ["sha", "tags", "cardData"] });
  assert.equal(model.sha, first);
  assert.equal(model.private, true);
  assert.ok(model.tags.includes("license:mit"));
});
await step("download regular and large files", async () => {
  assert.equal(await text(await downloadFile({ ...at, repo, path: "config.json" })), "{}");
  const blob = await downloadFile({ ...at, repo, path: "model.safetensors", xet: false });
  assert.equal(blob.size, weights.length);
  assert.equal(sha256(Buffer.from(await blob.arrayBuffer())), sha256(weights));
  assert.equal(await downloadFile({ ...at, repo, path: "absent" }), null);
  const part = await blob.slice(8, 8 + header.length).text();
  assert.equal(part, header.toString());
});
await step("safetensors metadata by ranges", async () => {
  const { header: found } = await parseSafetensorsMetadata({ ...at, repo, path: "model.safetensors" });
  assert.deepEqual(found.w.shape, [256, 512]);
});
await step("upload a file of the disk, twice the same", async () => {
  const path = join(folder, "other.safetensors");
  const bytes = randomBytes(300_000);
  await writeFile(path, bytes);
  for (let turn = 0; turn < 2; turn++) {
    await uploadFile({ ...at, repo, file: { path: "other.safetensors", content: pathToFileURL(path) }, commitTitle: "Add another", useXet: false });
  }
  const blob = await downloadFile({ ...at, repo, path: "other.safetensors", xet: false });
  assert.equal(sha256(Buffer.from(await blob.arrayBuffer())), sha256(bytes));
});
await step("a stale parent is refused", async () => {
  await assert.rejects(uploadFiles({ ...at, repo, parentCommit: first, files: [{ path: "x.txt", content: new Blob(["x"]) }], useXet: false }), refused(412));
});
await step("branches with a slash", async () => {
  await createBranch({ ...at, repo, branch: "a/b", revision: first });
  await assert.rejects(createBranch({ ...at, repo, branch: "a/b" }), refused(409));
  await uploadFiles({ ...at, repo, branch: "a/b", files: [{ path: "only-here.txt", content: new Blob(["here"]) }], useXet: false });
  assert.equal(await text(await downloadFile({ ...at, repo, revision: "a/b", path: "only-here.txt" })), "here");
  assert.equal(await downloadFile({ ...at, repo, path: "only-here.txt" }), null);
  await deleteBranch({ ...at, repo, branch: "a/b" });
});
await step("a pull request", async () => {
  const made = await uploadFiles({ ...at, repo, isPullRequest: true, files: [{ path: "proposed.txt", content: new Blob(["p"]) }], useXet: false });
  assert.match(made.pullRequestUrl, /\/discussions\/1$/);
  assert.equal(await text(await downloadFile({ ...at, repo, revision: "refs/pr/1", path: "proposed.txt" })), "p");
  assert.equal((await all(listFiles({ ...at, repo, revision: "refs/pr/1" }))).some((f) => f.path === "proposed.txt"), true);
});
await step("delete a file, list and count commits", async () => {
  await deleteFile({ ...at, repo, path: "config.json" });
  // this client asks for the first byte of everything, which an empty file has not
  await deleteFile({ ...at, repo, path: "deep/er/empty file.txt" });
  await assert.rejects(deleteFile({ ...at, repo, path: "config.json" }), refused(404));
  const commits = await all(listCommits({ ...at, repo, batchSize: 2 }));
  assert.equal(commits.at(-1).title, "initial commit");
  assert.equal(await countCommits({ ...at, repo }), commits.length);
});
await step("download into the shared cache, and a snapshot", async () => {
  const cacheDir = join(folder, "cache");
  const path = await downloadFileToCacheDir({ ...at, repo, path: "model.safetensors", cacheDir });
  assert.equal(sha256(await readFile(path)), sha256(weights));
  const snapshot = await snapshotDownload({ ...at, repo, cacheDir });
  assert.equal(sha256(await readFile(join(snapshot, "model.safetensors"))), sha256(weights));
  assert.match(await readFile(join(snapshot, "README.md"), "utf8"), /license: mit/);
});
await step("delete the repository", async () => {
  await deleteRepo({ ...at, repo });
  assert.equal(await repoExists({ ...at, repo }), false);
});
