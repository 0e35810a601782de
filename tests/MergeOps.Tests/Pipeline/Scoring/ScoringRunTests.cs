using System.Collections.Immutable;
using System.Diagnostics;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Pipeline.Scoring;

public sealed class ScoringRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<string> reported = [];
    private HostEnvironment environment = TestEnvironment.OfThisProcess.With(("GITHUB_ACTIONS", null));

    public ScoringRunTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the commands are scripts for sh");
        Directory.CreateDirectory(folder["output"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_command_gets_its_arguments_as_they_are_and_writes_where_it_is_told()
    {
        var results = await RunAsync("""printf '%s|' "$@" > "$2" """, "{model}", "{results}", "; touch {recipe-name} $HOME `x`");

        Assert.Equal(folder["output/results.json"], results);
        Assert.Equal($"/models/a b|{results}|; touch small $HOME `x`|", File.ReadAllText(results));
    }

    [Fact]
    public async Task The_time_that_lm_eval_puts_into_its_files_name_is_no_obstacle() =>
        Assert.Equal(
            folder["output/results_2026-08-21T19-56-54.json"],
            await RunAsync("""echo {} > "${2%.json}_2026-08-21T19-56-54.json" """, "{model}", "{results}"));

    [Fact]
    public async Task Samples_that_the_command_writes_beside_its_results_are_found_and_remembered_with_them()
    {
        var results = await RunAsync("""echo {} > "${2%.json}_1.json"; echo 1 > "$(dirname "$2")/samples_arc_1.jsonl" """, "{model}", "{results}");
        var memory = new OutsideMemory(folder["memory"], KnownDigests.Of(TestEnvironment.WithHome(folder["home"])));

        memory.Remember("key", results, ScoringRun.SamplesIn(folder["output"]));

        Assert.Equal([folder["output/samples_arc_1.jsonl"]], ScoringRun.SamplesIn(folder["output"]));
        Assert.Equal(folder["memory/key/results_1.json"], memory.Find("key"));
        Assert.Equal([folder["memory/key/samples_arc_1.jsonl"]], ScoringRun.SamplesIn(folder["memory/key"]));
    }

    [Fact]
    public async Task Secrets_and_the_runners_own_files_stay_here()
    {
        string[] secret = ["HF_TOKEN", "GITHUB_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_RUNTIME_URL", "AWS_SECRET_ACCESS_KEY", "my_password", "GITHUB_ENV", "GITHUB_OUTPUT"];
        foreach (var name in secret)
        {
            Set(name, "planted");
        }

        Set("CUDA_VISIBLE_DEVICES", "0");

        var seen = File.ReadAllText(await RunAsync("""env > "$2" """, "{model}", "{results}"));

        Assert.DoesNotContain("planted", seen, StringComparison.Ordinal);
        Assert.Contains("CUDA_VISIBLE_DEVICES=0", seen, StringComparison.Ordinal);
        Assert.Contains("HF_HUB_DISABLE_IMPLICIT_TOKEN=1", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stored_token_is_not_in_the_folder_that_the_command_sees_and_the_caches_are()
    {
        folder.Write("hf/token", "hf_stored"u8);
        folder.Write("hf/stored_tokens", "hf_stored"u8);
        Set("HF_HOME", folder["hf"]);
        Set("HF_HUB_CACHE", null);
        Set("HF_DATASETS_CACHE", folder["data"]);

        var seen = File.ReadAllLines(await RunAsync("""{ ls -A "$HF_HOME"; echo "$HF_HUB_CACHE"; echo "$HF_DATASETS_CACHE"; echo "$HF_HOME"; } > "$2" """, "{model}", "{results}"));

        Assert.Equal([folder["hf/hub"], folder["data"]], seen[..2]);
        Assert.NotEqual(folder["hf"], seen[2]);
        Assert.False(Directory.Exists(seen[2]));
    }

    [Fact]
    public async Task This_process_is_closed_to_other_programs_of_its_user_while_the_command_runs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux alone can do that");
        bool? whileItRan = null;

        await RunAsync("""echo alive; echo {} > "$2" """, _ => whileItRan = Posix.SetReadable(isReadable: false), TestContext.Current.CancellationToken, "{model}", "{results}");

        Assert.Equal((false, true), (whileItRan, Posix.SetReadable(isReadable: true)));
    }

    [Fact]
    public async Task What_the_command_sees_of_the_environment_of_its_parent_is_nothing()
    {
        Assert.SkipWhen(!OperatingSystem.IsLinux() || Environment.UserName == "root", "nothing keeps the administrator out");
        Set("HF_TOKEN", "planted");

        var seen = File.ReadAllText(await RunAsync("""cat "/proc/$PPID/environ" > "$2" 2> /dev/null; echo done >> "$2" """, "{model}", "{results}"));

        Assert.Equal("done\n", seen);
    }

    [Fact]
    public async Task On_a_runner_no_line_that_it_prints_is_a_command()
    {
        Set("GITHUB_ACTIONS", "true");

        await RunAsync("""echo '::add-mask::all'; echo '::error::forged' >&2; echo {} > "$2" """, "{model}", "{results}");

        Assert.Matches("^::stop-commands::[0-9a-f]{32}$", reported[0]);
        Assert.Equal($"::{reported[0].Split("::")[2]}::", reported[^1]);
        Assert.Equal(["\\u003a:add-mask::all", "\\u003a:error::forged"], reported[1..^1].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Commands_are_heard_again_when_it_failed()
    {
        Set("GITHUB_ACTIONS", "true");

        await FailsAsync("exit 1");

        Assert.Equal($"::{reported[0].Split("::")[2]}::", reported[^1]);
    }

    [Fact]
    public async Task A_failure_shows_the_last_lines()
    {
        var failure = await FailsAsync("""for i in $(seq 30); do echo "line $i"; done; printf 'torn\033[31m\n' >&2; exit 3""");

        Assert.Equal(("MOPS614", FailureKind.Environment), (failure.Code.Id, failure.Code.Kind));
        Assert.StartsWith("It ended with 3. Its last lines:\n", failure.Detail, StringComparison.Ordinal);
        Assert.Contains("\nline 30", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("line 10\n", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', failure.Detail);
    }

    [Fact]
    public async Task Without_results_it_failed() =>
        Assert.Equal("It did not write {results}. It printed nothing.", (await FailsAsync("true")).Detail);

    [Fact]
    public async Task A_program_beside_the_recipe_does_not_stand_for_one_in_PATH()
    {
        var planted = folder.Write("lm_eval_that_is_nowhere", "#!/bin/sh\necho {} > results.json\n"u8);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(planted, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var command = new ScoringCommand(["lm_eval_that_is_nowhere", "{model}", "{results}"], default);

        var failure = await Assert.ThrowsAsync<MergeOpsException>(() => new ScoringRun(environment, reported.Add, TestContext.Current.CancellationToken)
            .RunAsync(command, folder.Path, "/m", "small", folder["output"]));

        Assert.Contains("There is no program 'lm_eval_that_is_nowhere' in PATH.", failure.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_command_ends_with_everything_that_it_started()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = RunAsync("""sleep 1000 & echo "$!"; wait""", line => cancellation.Cancel(), cancellation.Token, "{model}", "{results}");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);

        var child = int.Parse(reported[0], System.Globalization.CultureInfo.InvariantCulture);
        while (IsAlive(child))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private async Task<Diagnostic> FailsAsync(string script) =>
        (await Assert.ThrowsAsync<MergeOpsException>(() => RunAsync(script, "{model}", "{results}"))).Diagnostic;

    private Task<string> RunAsync(string script, params ImmutableArray<string> arguments) =>
        RunAsync(script, _ => { }, TestContext.Current.CancellationToken, arguments);

    private Task<string> RunAsync(string script, Action<string> heard, CancellationToken cancellation, params ImmutableArray<string> arguments)
    {
        var path = folder.Write("score.sh", System.Text.Encoding.UTF8.GetBytes(script + "\n"));
        return new ScoringRun(environment, Tell, cancellation)
            .RunAsync(new(["sh", path, .. arguments], default), null, "/models/a b", "small", folder["output"]);

        void Tell(string line)
        {
            reported.Add(line);
            heard(line);
        }
    }

    private void Set(string name, string? value) => environment = environment.With((name, value));

    private static bool IsAlive(int process)
    {
        try
        {
            // a zombie is dead: it only waits to be counted
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] != 'Z';
        }
        catch (Exception e) when (e is IOException)
        {
            return OperatingSystem.IsMacOS() && Process.GetProcesses().Any(other => other.Id == process);
        }
    }
}
