using MergeOps.TestGitHub;
using MergeOps.TestGitHub.Events;
using MergeOps.TestGitHub.Storage;
using MergeOps.TestGitHub.Workflows;
using Xunit;

namespace MergeOps.Tests.GitHub.Runner;

/// <summary>Workflows as GitHub documents them, carried out on this machine.</summary>
public sealed class WorkflowTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> said = [];
    private TestGitHubServer server = null!;
    private ActionsService actions = null!;

    private TestRepository Repository => server.Repository("acme", "merges");

    public async ValueTask InitializeAsync()
    {
        server = await TestGitHubServer.StartAsync(TestContext.Current.CancellationToken);
        actions = new(server, new()
        {
            Root = folder["runner"],
            Say = line =>
            {
                lock (said)
                {
                    said.Add(line);
                }
            },
        });
    }

    public async ValueTask DisposeAsync()
    {
        await actions.DisposeAsync();
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Jobs_wait_for_what_they_need_and_take_over_its_outputs()
    {
        var run = await PushAsync("""
            on: { push: { branches: [main], paths: ["recipes/**"] } }
            permissions: {}
            jobs:
              last:
                needs: [each, never]
                if: ${{ !cancelled() && needs.never.result == 'skipped' }}
                runs-on: ubuntu-24.04
                steps: [{ run: 'echo "last ${{ needs.each.result }}"' }]
              each:
                needs: list
                strategy: { matrix: "${{ fromJSON(needs.list.outputs.matrix) }}" }
                name: each ${{ matrix.name }}
                runs-on: ${{ fromJSON('["ubuntu-24.04"]') }}
                steps: [{ env: { NAME: "${{ matrix.name }}" }, run: 'echo "name $NAME"' }]
              never: { needs: list, if: "needs.list.outputs.matrix == ''", runs-on: ubuntu-24.04, steps: [{ run: exit 1 }] }
              list:
                runs-on: ubuntu-24.04
                outputs: { matrix: "${{ steps.a.outputs.matrix }}" }
                steps: [{ id: a, run: "echo 'matrix={\"include\":[{\"name\":\"one\"},{\"name\":\"two\"}]}' >> \"$GITHUB_OUTPUT\"" }]
            """);

        Assert.Equal("success", run.Conclusion);
        Assert.Equal(["each one", "each two", "last", "list", "never"], run.Jobs.Select(job => job.Name).Order(StringComparer.Ordinal));
        Assert.Contains("name two", run.Jobs.Single(job => job.Name == "each two").Log, StringComparison.Ordinal);
        Assert.Contains("last success", run.Jobs.Single(job => job.Name == "last").Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("statuses: write", "201")]
    [InlineData("statuses: read", "403")]
    [InlineData("contents: write", "403")]
    public async Task A_token_does_what_the_permissions_of_its_job_say_and_nothing_else(string permission, string status)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "other machines ask with other programs");
        var run = await PushAsync($$$"""
            on: push
            permissions: { {{{permission}}} }
            jobs:
              one:
                runs-on: ubuntu-24.04
                steps:
                  - env: { TOKEN: "${{ github.token }}" }
                    run: |
                      curl --silent --output answer --write-out 'answered %{http_code}\n' --header "Authorization: Bearer $TOKEN" --data '{"state":"success","context":"it"}' "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/statuses/$GITHUB_SHA"
            """);

        Assert.Contains($"answered {status}", Assert.Single(run.Jobs).Log, StringComparison.Ordinal);
        Assert.Equal(status == "201" ? 1 : 0, Repository.Statuses.Count);
    }

    [Theory]
    [InlineData("run: 'echo ${{ hashFiles(github.sha) }}'", "the function hashFiles")]
    [InlineData("uses: actions/cache@v4", "the action actions/cache")]
    [InlineData("{ run: x, shell: pwsh }", "the shell 'pwsh'")]
    [InlineData("{ run: x, timeout: 3 }", "the key 'timeout' of a step")]
    public async Task What_it_does_not_know_is_refused_by_name(string step, string name)
    {
        var run = await PushAsync($"""
            on: push
            jobs:
              one:
                runs-on: ubuntu-24.04
                steps:
                  - {step}
            """);

        Assert.Equal("failure", run.Conclusion);
        Assert.Contains(name, Assert.Single(run.Jobs).Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_for_a_machine_that_nobody_has_waits_and_says_so()
    {
        Push("on: push\njobs: { one: { runs-on: [self-hosted, gpu], steps: [{ run: exit 1 }] } }\n");

        Assert.True(SpinWait.SpinUntil(() => Said().Contains("waits for a runner with the labels self-hosted, gpu, and no runner has them", StringComparison.Ordinal), Timeout.Infinite));
        Assert.Null(Assert.Single(Repository.Runs).Conclusion);
    }

    [Fact]
    public async Task A_fork_gets_a_token_that_reads_and_a_finished_run_starts_the_file_of_the_main_branch()
    {
        Repository.Commit("main", new Dictionary<string, string?>
        {
            [".github/workflows/look.yml"] = "name: look\non: pull_request\npermissions: { statuses: write }\njobs: { one: { runs-on: ubuntu-24.04, steps: [{ run: 'true' }] } }\n",
            [".github/workflows/report.yml"] = """
                name: report
                on: { workflow_run: { workflows: [look], types: [completed] } }
                jobs: { one: { if: "github.event.workflow_run.conclusion == 'success'", runs-on: ubuntu-24.04, steps: [{ run: 'echo "on ${{ github.ref_name }}"' }] } }
                """,
        });
        Repository.Commit("patch", new Dictionary<string, string?> { ["a"] = "b" }, "mallory", fork: "mallory/merges");
        var pull = Repository.OpenPull("patch", "Change it", "mallory", fork: "mallory/merges");

        actions.Hear(Payloads.PullRequest(Repository, pull, "opened", "mallory")!);
        var look = Assert.Single(Repository.Runs);
        await look.Ended;
        var report = Repository.Runs.Last();
        await report.Ended;

        Assert.Equal(("look", "report"), (look.Workflow, report.Workflow));
        Assert.Contains("on main", Assert.Single(report.Jobs).Log, StringComparison.Ordinal);
        var granted = JobPermissions.Of((YamlDotNet.RepresentationModel.YamlMappingNode)WorkflowFile.Parse("permissions: { statuses: write }").Root, [], null, look.Cause.IsOfFork);
        Assert.Equal("read", granted["statuses"]);
    }

    private string Said()
    {
        lock (said)
        {
            return string.Join('\n', said);
        }
    }

    private StoredRun Push(string workflow)
    {
        var before = Repository.Git.Resolve("refs/heads/main");
        var after = Repository.Commit("main", new Dictionary<string, string?> { [".github/workflows/it.yml"] = workflow, ["recipes/a.yml"] = "name: a" });
        actions.Hear(Payloads.Push(Repository, "main", before, after, "acme"));
        return Assert.Single(Repository.Runs);
    }

    private async Task<StoredRun> PushAsync(string workflow)
    {
        var run = Push(workflow);
        await run.Ended;
        return run;
    }
}
