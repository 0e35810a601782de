using MergeOps.Tests.HuggingFace;
using Xunit;

namespace MergeOps.Tests.Cli;

/// <summary>A lock that cannot be read is an error for every verb: what it pins moves by --upgrade alone.</summary>
public sealed class LockKeptTests : IAsyncLifetime
{
    private const string Merge = """
        merge_method: task_arithmetic
        base_model: org/base
        models:
          - model: org/one
            parameters: { weight: 0.5 }
        """;

    private HubUser user = null!;
    private string recipe = "";

    private string Lock => user["recipe.lock.yml"];

    public async ValueTask InitializeAsync()
    {
        user = (await HubUser.StartAsync()).Llama("org/base").Llama("org/one");
        recipe = user.Recipe(Merge);
        await user.RunAsync("lock", recipe);
    }

    public ValueTask DisposeAsync() => user.DisposeAsync();

    public static TheoryData<string, string> DamageForVerbs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var damage in (string[])["conflict", "cut", "empty", "edited", "newer"])
            {
                foreach (var verb in (string[])["lock", "lock --check", "lock --upgrade org/one", "plan", "explain", "merge", "run", "drift"])
                {
                    data.Add(damage, verb);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(DamageForVerbs))]
    public async Task A_lock_that_cannot_be_read_is_an_error_and_stays_as_it_is(string damage, string verb)
    {
        var damaged = Damaged(damage);
        await File.WriteAllTextAsync(Lock, damaged, TestContext.Current.CancellationToken);
        string[] words = verb.Split(' ');

        var run = await user.RunAsync([words[0], recipe, .. words[1..], .. verb == "merge" ? (string[])["--out", user["out"]] : []]);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(damage == "newer" ? "error MOPS208: The lock was written by a newer version." : "error MOPS201: The lock cannot be read.", run.Error, StringComparison.Ordinal);
        Assert.Equal(damaged, await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_conflict_is_called_one_and_the_way_out_is_named()
    {
        await File.WriteAllTextAsync(Lock, Damaged("conflict"), TestContext.Current.CancellationToken);

        var run = await user.RunAsync("lock", recipe);

        Assert.Contains("recipe.lock.yml(5,1): error MOPS201: The lock cannot be read. There is an unresolved git conflict in the lock.", run.Error, StringComparison.Ordinal);
        Assert.Contains("`git checkout --ours` or `--theirs`", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conflict")]
    [InlineData("cut")]
    public async Task Who_moves_every_model_gets_a_new_lock_and_is_told(string damage)
    {
        await File.WriteAllTextAsync(Lock, Damaged(damage), TestContext.Current.CancellationToken);

        var run = await user.RunAsync("lock", recipe, "--upgrade");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("warning MOPS201: The lock cannot be read. --upgrade pinned every model again", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await user.RunAsync("lock", "--check", recipe)).ExitCode);
    }

    [Fact]
    public async Task A_newer_lock_is_not_even_upgraded()
    {
        var newer = Damaged("newer");
        await File.WriteAllTextAsync(Lock, newer, TestContext.Current.CancellationToken);

        var run = await user.RunAsync("lock", recipe, "--upgrade");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Update MergeOps.", run.Error, StringComparison.Ordinal);
        Assert.Equal(newer, await File.ReadAllTextAsync(Lock, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_damaged_lock_of_one_recipe_hides_no_other()
    {
        var other = user.Recipe(Merge.Replace("0.5", "0.7", StringComparison.Ordinal), "z.yml");
        await File.WriteAllTextAsync(Lock, Damaged("cut"), TestContext.Current.CancellationToken);

        var run = await user.RunAsync("lock", recipe, other);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("error MOPS201:", run.Error, StringComparison.Ordinal);
        Assert.Contains("z.lock.yml: 2 models, ", run.Error, StringComparison.Ordinal);
    }

    private string Damaged(string how)
    {
        var text = File.ReadAllText(Lock);
        return how switch
        {
            "conflict" => text.Replace("    location: \"org/base\"\n", "<<<<<<< HEAD\n    location: \"org/base\"\n=======\n    location: \"org/base\"\n>>>>>>> theirs\n", StringComparison.Ordinal),
            "cut" => text[..^30],
            "empty" => "",
            "edited" => text.Replace("    files:", "    file:", StringComparison.Ordinal),
            _ => text.Replace("version: ", "version: 99", StringComparison.Ordinal),
        };
    }
}
