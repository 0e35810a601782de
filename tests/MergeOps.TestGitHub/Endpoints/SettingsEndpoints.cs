using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MergeOps.TestGitHub.Http;
using MergeOps.TestGitHub.Storage;

namespace MergeOps.TestGitHub.Endpoints;

/// <summary>Making a repository, and what people set in it once.</summary>
internal static partial class SettingsEndpoints
{
    /// <summary>Adds them.</summary>
    public static void Map(GitHubRoutes routes)
    {
        routes.Map("POST /user/repos", CreateAsync);
        routes.Map("POST /repos/{owner}/{repo}/actions/variables", VariableAsync);
        routes.Map("PUT /repos/{owner}/{repo}/actions/permissions/workflow", WorkflowPermissionsAsync);
        routes.Map("PUT /repos/{owner}/{repo}/environments/{environment_name}", EnvironmentAsync);
        routes.Map("PUT /repos/{owner}/{repo}/branches/{branch}/protection", ProtectionAsync);
    }

    private static Task CreateAsync(GitHubCall call)
    {
        call.MustAdminister();
        var (owner, name) = (call.Token.Login, call.Text("name")!);
        if (!RepositoryName().IsMatch(name))
        {
            throw GitHubError.Invalid("name can only contain ASCII letters, digits, and the characters ., -, and _.");
        }

        var repository = call.Server.Create(owner, name) ?? throw GitHubError.Invalid("name already exists on this account");
        repository.Permissions[owner] = "admin";
        repository.IsPrivate = (bool?)call.Body["private"] ?? false;
        if ((bool?)call.Body["auto_init"] == true)
        {
            repository.Commit("main", new Dictionary<string, string?> { ["README.md"] = $"# {name}\n" }, owner);
        }

        var example = call.Example(201);
        example["owner"]!["login"] = owner;
        return call.AnswerAsync(
            Answers.With(
                example,
                ("name", name),
                ("full_name", repository.FullName),
                ("private", repository.IsPrivate),
                // the example lacks what GitHub describes as always there
                ("has_discussions", false),
                ("clone_url", $"{call.Server.Root.AbsoluteUri.TrimEnd('/')}/{repository.FullName}.git")),
            201);
    }

    private static Task VariableAsync(GitHubCall call)
    {
        call.MustAdminister();
        if (!call.Repository.Settings.Variables.TryAdd(call.Text("name")!, call.Text("value")!))
        {
            throw new GitHubError(409, "Already exists - Variable already exists");
        }

        return call.AnswerAsync(new JsonObject(), 201);
    }

    private static Task WorkflowPermissionsAsync(GitHubCall call)
    {
        call.MustAdminister();
        call.Repository.Settings.WorkflowsOpenPulls = (bool?)call.Body["can_approve_pull_request_reviews"] ?? false;
        return call.AnswerNothingAsync();
    }

    private static Task EnvironmentAsync(GitHubCall call)
    {
        call.MustAdminister();
        var (environments, name) = (call.Repository.Settings.Environments, call["environment_name"]);
        var hasReviewers = call.Body["reviewers"] is JsonArray { Count: > 0 };
        var environment = environments.AddOrUpdate(name, _ => new(environments.Count + 1, hasReviewers), (_, before) => before with { HasReviewers = hasReviewers });
        var answer = Answers.With(call.Example(200), ("id", environment.Id), ("name", name));
        if (!hasReviewers)
        {
            answer["protection_rules"] = new JsonArray();
        }

        return call.AnswerAsync(answer);
    }

    private static Task ProtectionAsync(GitHubCall call)
    {
        call.MustAdminister();
        var contexts = call.Body["required_status_checks"]?["contexts"]?.AsArray().Select(context => (string)context!).ToArray() ?? [];
        call.Repository.Settings.Protections[call["branch"]] = new BranchProtection(contexts);
        return call.AnswerAsync(call.Example(200));
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,100}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RepositoryName();
}
