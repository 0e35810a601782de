// Writes github.json beside this file: the schemas of the calls that MergeOps makes, as JSON Schema, and for each answer
// GitHub's own example. Run `npm install` and `npm run extract` here after adding a call to this list.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const calls = [
  "GET /orgs/{org}/teams/{team_slug}/memberships/{username}",
  "GET /repos/{owner}/{repo}",
  "GET /repos/{owner}/{repo}/actions/runs",
  "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs",
  "GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments",
  "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
  "GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls",
  "GET /repos/{owner}/{repo}/commits/{ref}/statuses",
  "GET /repos/{owner}/{repo}/compare/{basehead}",
  "GET /repos/{owner}/{repo}/contents/{path}",
  "GET /repos/{owner}/{repo}/git/commits/{commit_sha}",
  "GET /repos/{owner}/{repo}/git/ref/{ref}",
  "GET /repos/{owner}/{repo}/issues",
  "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
  "GET /repos/{owner}/{repo}/pulls",
  "GET /repos/{owner}/{repo}/pulls/{pull_number}",
  "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
  "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews",
  "GET /user",
  "PATCH /repos/{owner}/{repo}/git/refs/{ref}",
  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
  "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
  "PATCH /repos/{owner}/{repo}/pulls/{pull_number}",
  "POST /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments",
  "POST /repos/{owner}/{repo}/actions/variables",
  "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
  "POST /repos/{owner}/{repo}/code-scanning/sarifs",
  "POST /repos/{owner}/{repo}/git/blobs",
  "POST /repos/{owner}/{repo}/git/commits",
  "POST /repos/{owner}/{repo}/git/refs",
  "POST /repos/{owner}/{repo}/git/trees",
  "POST /repos/{owner}/{repo}/issues",
  "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
  "POST /repos/{owner}/{repo}/pulls",
  "POST /repos/{owner}/{repo}/statuses/{sha}",
  "POST /user/repos",
  "PUT /repos/{owner}/{repo}/actions/permissions/workflow",
  "PUT /repos/{owner}/{repo}/branches/{branch}/protection",
  "PUT /repos/{owner}/{repo}/environments/{environment_name}",
  "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge",
];

const source = new URL("node_modules/@octokit/openapi/generated/api.github.com.json", import.meta.url);
const api = JSON.parse(readFileSync(source, "utf8"));
const definitions = {};
const examples = {};

for (const call of calls) {
  const [method, path] = call.split(" ");
  const operation = api.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`GitHub describes no ${call}`);
  const body = operation.requestBody?.content["application/json"].schema;
  if (body) {
    // a property that GitHub does not know is a mistake of ours, though its description allows any
    definitions[`${call} request`] = { ...schemaOf(body), additionalProperties: false };
  }

  for (const [status, answer] of Object.entries(operation.responses)) {
    const content = follow(answer).content?.["application/json"];
    if (status.startsWith("2") && content) {
      definitions[`${call} ${status}`] = schemaOf(content.schema);
      examples[`${call} ${status}`] = follow(Object.values(content.examples ?? {})[0])?.value ?? null;
    }
  }
}

// GitHub's servers answer null for the repository of a fork that was deleted, which the description leaves out
for (const name of ["pull-request", "pull-request-simple"]) {
  const head = definitions[name].properties.head.properties;
  head.repo = { anyOf: [head.repo, { type: "null" }] };
}

const kept = { source: "@octokit/openapi 23.0.2, generated/api.github.com.json", definitions: sorted(definitions), examples };
writeFileSync(fileURLToPath(new URL("github.json", import.meta.url)), JSON.stringify(kept, null, 1) + "\n");

function follow(node) {
  return node?.$ref ? node.$ref.slice(2).split("/").reduce((at, name) => at[name], api) : node;
}

// OpenAPI 3.0 says nullable where JSON Schema names the type null; words for people are left out
function schemaOf(node) {
  if (Array.isArray(node)) return node.map(schemaOf);
  if (node === null || typeof node !== "object") return node;
  if (node.$ref) {
    const name = node.$ref.split("/").at(-1);
    if (!(name in definitions)) {
      definitions[name] = {};
      definitions[name] = schemaOf(follow(node));
    }

    return { $ref: `#/definitions/${name}` };
  }

  const schema = {};
  for (const [key, value] of Object.entries(node)) {
    if (["description", "title", "example", "examples", "nullable", "deprecated", "default", "discriminator", "readOnly"].includes(key) || key.startsWith("x-")) continue;
    schema[key] = key === "properties" ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, schemaOf(inner)]))
      : key === "enum" || key === "required" ? value
      : schemaOf(value);
  }

  if (node.nullable && schema.type) {
    if (schema.enum && !schema.enum.includes(null)) schema.enum = [...schema.enum, null];
    return { ...schema, type: [schema.type, "null"].flat() };
  }

  return node.nullable ? { anyOf: [schema, { type: "null" }] } : schema;
}

function sorted(map) {
  return Object.fromEntries(Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1)));
}
