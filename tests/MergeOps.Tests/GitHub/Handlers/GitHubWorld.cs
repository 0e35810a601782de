using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MergeOps.TestGitHub;
using MergeOps.TestGitHub.Storage;
using MergeOps.Tests.Cli;
using MergeOps.Tests.GitHub.Events;
using MergeOps.Tests.GitHub.Git;
using MergeOps.Tests.Http;
using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>
/// A repository with recipes on a GitHub of this machine, models on a Hub of this machine, and runners that take the steps of
/// its workflows: real git, real HTTP, the program itself.
/// </summary>
internal sealed partial class GitHubWorld : IAsyncDisposable
{
    /// <summary>The repository.</summary>
    public const string Name = "acme/merges";

    /// <summary>Somebody who may write to it.</summary>
    public const string Maintainer = "octocat";

    private readonly TemporaryFolder folder = new();
    private int checkouts;
    private int runs;

    private GitHubWorld(HubUser user, TestGitHubServer server)
    {
        (User, Server) = (user, server);
        Repository.Permissions[Maintainer] = "write";
    }

    /// <summary>GitHub.</summary>
    public TestGitHubServer Server { get; }

    /// <summary>The repository with recipes.</summary>
    public TestRepository Repository => Server.Repository("acme", "merges");

    /// <summary>Somebody at a command line who prepares recipes, and their Hub with <c>org/base</c>, <c>org/one</c> and <c>org/two</c> on it.</summary>
    public HubUser User { get; }

    /// <summary>Whether each step is a process of its own, whose streams are what a runner would show, instead of a call in this one.</summary>
    public bool IsOfProcesses { get; set; }

    /// <summary>The main branch's commit.</summary>
    public string Main => Repository.Git.Resolve("refs/heads/main")!;

    /// <summary>The bodies of the issues.</summary>
    public IReadOnlyList<string> Issues => [.. Repository.Issues.Select(issue => issue.Body)];

    /// <summary>Starts everything.</summary>
    public static async Task<GitHubWorld> StartAsync()
    {
        var user = (await HubUser.StartAsync()).Llama("org/base").Llama("org/one", card: "license: mit").Llama("org/two");
        user.Set("HF_TOKEN", user.Hub.Token);
        var server = await TestGitHubServer.StartAsync(TestContext.Current.CancellationToken);
        return new GitHubWorld(user, server);
    }

    /// <summary>A recipe with its lock and metadata, as somebody commits them.</summary>
    /// <param name="name">The recipe's name.</param>
    /// <param name="weight">The weight of its first model.</param>
    /// <param name="more">Lines added at the end.</param>
    public async Task<Dictionary<string, string?>> RecipeAsync(string name, double weight, string more = "")
    {
        Directory.CreateDirectory(User["recipes"]);
        var recipe = User.Recipe(string.Create(CultureInfo.InvariantCulture, $$"""
            name: {{name}}
            merge_method: task_arithmetic
            base_model: org/base
            models:
              - model: org/one
                parameters: { weight: {{weight}} }
              - model: org/two
                parameters: { weight: 0.5 }
            publish: { hub: acme/{{name}} }
            {{more}}
            """), $"recipes/{name}.yml");
        var run = await User.RunAsync("lock", recipe);
        Assert.True(run.ExitCode == 0, run.Error);
        return RecipeFiles();
    }

    /// <summary>Everything beside the user's recipes, as somebody commits it.</summary>
    public Dictionary<string, string?> RecipeFiles() =>
        Directory.EnumerateFiles(User["recipes"], "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(User.Path, file).Replace('\\', '/'), string? (file) => File.ReadAllText(file));

    /// <summary>A recipe that publishes to a folder instead of the Hub.</summary>
    /// <param name="files">What <see cref="RecipeAsync"/> gave for the name <c>small</c>.</param>
    /// <param name="folder">The folder.</param>
    public static Dictionary<string, string?> ToFolder(Dictionary<string, string?> files, string folder) => new(files)
    {
        ["recipes/small.yml"] = files["recipes/small.yml"]!.Replace("publish: { hub: acme/small }", $"publish: {{ folder: {folder} }}", StringComparison.Ordinal),
    };

    /// <summary>The owners write settings.</summary>
    public void Decide(string settings) => Repository.Commit("main", new Dictionary<string, string?> { [".github/mergeops.yml"] = settings });

    /// <summary>A text in UTF-8.</summary>
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Commits files of any content to a branch, which is made from the main branch when it is new.</summary>
    public void Commit(string branch, IEnumerable<KeyValuePair<string, byte[]?>> files)
    {
        var parent = Repository.Git.Resolve($"refs/heads/{branch}") ?? Main;
        var commit = Repository.Git.Commit(Repository.Git.Tree(Repository.Git.TreeOf(parent), files), [parent], "Change files", Maintainer);
        Repository.Git.Point($"refs/heads/{branch}", commit);
    }

    /// <summary>Commits a symbolic link to a branch, which is made from the main branch when it is new.</summary>
    public void CommitLink(string branch, string path, string target)
    {
        var parent = Repository.Git.Resolve($"refs/heads/{branch}") ?? Main;
        var tree = Repository.Git.Tree(Repository.Git.TreeOf(parent), [KeyValuePair.Create(path, (byte[]?)Bytes(target))], areLinks: true);
        Repository.Git.Point($"refs/heads/{branch}", Repository.Git.Commit(tree, [parent], "Link files", Maintainer));
    }

    /// <summary>Opens a pull request with files.</summary>
    /// <param name="files">What it changes.</param>
    /// <param name="fork">Where it comes from; null for a branch of the repository itself.</param>
    /// <param name="title">Its title.</param>
    /// <param name="branch">Its branch.</param>
    public StoredPull Open(IReadOnlyDictionary<string, string?> files, string? fork = "mallory/merges", string title = "Change a recipe", string branch = "changes")
    {
        Repository.Commit(branch, files, "mallory", fork);
        return Repository.OpenPull(branch, title, "mallory", fork);
    }

    /// <summary>Pushes to a pull request.</summary>
    public void Push(StoredPull pull, IReadOnlyDictionary<string, string?> files) => Repository.Commit(pull.HeadRef, files, pull.Login, pull.Fork);

    /// <summary>The comments of the workflow below a pull request.</summary>
    public IReadOnlyList<string> Comments(StoredPull pull) =>
        [.. Repository.Comments(pull.Number).Where(comment => comment.Login == "github-actions[bot]").Select(comment => comment.Body)];

    /// <summary>What the newest status of a commit says.</summary>
    public string? Status(string commit, string context) =>
        Repository.Statuses.LastOrDefault(status => status.Sha == commit && status.Context == context)?.State;

    /// <summary>A checkout of the main branch.</summary>
    public GitClone CheckOut() => new(Repository.Git.Path, folder[$"checkout-{checkouts++}"], "refs/heads/main");

    /// <summary>What the webhook of a pull request holds.</summary>
    public static JsonNode PayloadOf(StoredPull pull) =>
        WebhookPayloads.PullRequest(Name, pull.Number, pull.HeadSha, pull.Fork ?? Name, pull.Title, pull.HeadRef, pull.IsDraft);

    /// <summary>A checkout of a pull request, which is its trial merge into the main branch.</summary>
    public GitClone CheckOutTrial(StoredPull pull)
    {
        Repository.TrialMerge(pull);
        return new(Repository.Git.Path, folder[$"checkout-{checkouts++}"], $"refs/pull/{pull.Number}/merge");
    }

    /// <summary>Takes a step of a workflow.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="payload">What GitHub tells of it.</param>
    /// <param name="checkout">What was checked out.</param>
    /// <param name="token">The workflow's token; null for one that may do everything.</param>
    /// <param name="arguments">What follows <c>ci</c>.</param>
    public async Task<WorkflowResult> RunAsync(string name, JsonNode payload, GitClone checkout, string? token, params string[] arguments)
    {
        var run = Directory.CreateDirectory(folder[$"run-{runs++}"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(run, "event.json"), payload.ToJsonString());
        var calls = Server.Requests.Count;
        var done = await InWorkflowAsync(run, name, checkout, token, ["ci", .. arguments]);
        return new WorkflowResult(
            done.ExitCode,
            AsShown(done.Output + done.Error),
            WorkflowResult.ReadOutputs(Path.Combine(run, "output")),
            File.Exists(Path.Combine(run, "summary")) ? await File.ReadAllTextAsync(Path.Combine(run, "summary")) : "",
            Path.Combine(run, "temporary", "mergeops"),
            Server.Requests.Count - calls);
    }

    /// <summary>Somebody asks in a workflow which plans were not carried out.</summary>
    public Task<CommandLineRun> StatusAsync() =>
        InWorkflowAsync(Directory.CreateDirectory(folder[$"run-{runs++}"]).FullName, "workflow_dispatch", CheckOut(), null, ["status"]);

    // a runner takes the values to mask for itself and shows none
    private static string AsShown(string log) =>
        string.Join('\n', log.Split('\n').Where(line => !line.StartsWith("::add-mask::", StringComparison.Ordinal)));

    private async Task<CommandLineRun> InWorkflowAsync(string run, string name, GitClone checkout, string? token, string[] arguments)
    {
        var environment = User.Environment.With(new HastyClock()).With(
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_API_URL", Server.Api.AbsoluteUri.TrimEnd('/')),
            ("GITHUB_SERVER_URL", Server.Root.AbsoluteUri.TrimEnd('/')),
            ("GITHUB_TOKEN", token ?? Server.Token),
            ("GITHUB_REPOSITORY", Name),
            ("GITHUB_RUN_ID", "1"),
            ("GITHUB_SHA", checkout.Head),
            ("GITHUB_WORKSPACE", checkout.Folder),
            ("GITHUB_EVENT_NAME", name),
            ("GITHUB_EVENT_PATH", Path.Combine(run, "event.json")),
            ("GITHUB_OUTPUT", Path.Combine(run, "output")),
            ("GITHUB_STEP_SUMMARY", Path.Combine(run, "summary")),
            ("RUNNER_TEMP", Path.Combine(run, "temporary")));
        try
        {
            return IsOfProcesses
                ? await Task.Run(() => ChildProcess.Finish(ChildProcess.Start(arguments, environment, checkout.Folder)))
                : await CommandLineRun.OfAsync(environment, arguments);
        }
        finally
        {
            Assert.Empty(Server.Mistakes);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await User.DisposeAsync();
        folder.Dispose();
    }
}
