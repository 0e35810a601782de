using System.Text.Json.Nodes;
using MergeOps.TestGitHub.Http;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Endpoints;

/// <summary>Runs of workflows, and the question to the reviewers of an environment.</summary>
internal static class RunEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(GitHubRoutes routes)
    {
        routes.Map("GET /repos/{owner}/{repo}/actions/runs", ListAsync);
        routes.Map("GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs", JobsAsync);
        routes.Map("GET /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments", PendingAsync);
        routes.Map("POST /repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments", ReviewAsync);
    }

    private static Task ListAsync(GitHubCall call)
    {
        var runs = call.Repository.Runs.Reverse().ToList();
        var like = call.Example(200)["workflow_runs"]![0]!;
        return call.AnswerAsync(Answers.With(
            call.Example(200), ("total_count", runs.Count), ("workflow_runs", new JsonArray([.. runs.Take(100).Select(run => Run(like.DeepClone(), run))]))));
    }

    private static Task JobsAsync(GitHubCall call)
    {
        var run = Run(call);
        var like = call.Example(200)["jobs"]![0]!;
        return call.AnswerAsync(Answers.With(call.Example(200), ("total_count", run.Jobs.Count), ("jobs", new JsonArray([.. run.Jobs.Select(job => Answers.With(
            like.DeepClone(),
            ("id", job.Id),
            ("run_id", run.Id),
            // the example lacks what GitHub describes as always there
            ("created_at", like["started_at"]!.DeepClone()),
            ("name", job.Name),
            ("status", job.Status),
            ("conclusion", job.Conclusion),
            ("workflow_name", run.Workflow),
            ("head_sha", run.Cause.HeadSha),
            ("steps", new JsonArray())))]))));
    }

    private static Task PendingAsync(GitHubCall call)
    {
        var (run, settings) = (Run(call), call.Repository.Settings);
        return call.AnswerAsync(new JsonArray([.. Asked(run).Select(name =>
        {
            var answer = Answers.Element(call.Example(200));
            (answer["environment"]!["name"], answer["environment"]!["id"]) = (name, settings.Environments[name].Id);

            // the example's team lacks what GitHub describes as always there
            answer["reviewers"]!.AsArray().RemoveAt(1);
            return answer;
        })]));
    }

    private static Task ReviewAsync(GitHubCall call)
    {
        call.MustAdminister();
        var (run, settings) = (Run(call), call.Repository.Settings);
        var ids = call.Body["environment_ids"]!.AsArray().Select(id => (int)id!).ToHashSet();
        var asked = run.Jobs.Where(job => job is { Status: "waiting", AskedEnvironment: { } name } && ids.Contains(settings.Environments[name].Id)).ToList();
        if (asked.Count == 0)
        {
            throw GitHubError.Invalid("No pending deployment requests to approve or reject");
        }

        foreach (var job in asked)
        {
            job.Answer.TrySetResult(call.Text("state") == "approved");
        }

        return call.AnswerAsync(new JsonArray([.. asked.Select(job => Answers.With(Answers.Element(call.Example(200)), ("environment", job.AskedEnvironment)))]));
    }

    private static IEnumerable<string> Asked(StoredRun run) =>
        run.Jobs.Where(job => job is { Status: "waiting", AskedEnvironment: not null }).Select(job => job.AskedEnvironment!).Distinct();

    private static StoredRun Run(GitHubCall call)
    {
        var id = call.Number("run_id");
        return call.Repository.Runs.FirstOrDefault(run => run.Id == id) ?? throw GitHubError.NotFound();
    }

    private static JsonObject Run(JsonNode like, StoredRun run) => Answers.With(
        like,
        ("id", run.Id),
        ("name", run.Workflow),
        ("path", run.File),
        ("event", run.Cause.Name),
        ("head_branch", run.Cause.HeadBranch),
        ("head_sha", run.Cause.HeadSha),
        ("status", run.Conclusion is null ? run.Jobs.Any(job => job.Status == "waiting") ? "waiting" : "in_progress" : "completed"),
        ("conclusion", run.Conclusion));
}
