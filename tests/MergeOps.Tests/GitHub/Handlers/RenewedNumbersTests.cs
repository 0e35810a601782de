using MergeOps.TestHub.Faults;
using MergeOps.TestHub.Http;
using Xunit;

namespace MergeOps.Tests.GitHub.Handlers;

/// <summary>Numbers that come from a recipe's models, made again in the pull request that updates its lock.</summary>
public sealed class RenewedNumbersTests : IAsyncLifetime
{
    private static readonly string Quickstart = Path.Combine(Repository.Root, "recipes", "quickstart");

    private GitHubWorld world = null!;

    public async ValueTask InitializeAsync() => world = await GitHubWorld.StartAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_recipe_whose_numbers_are_searched_gets_them_chosen_again_beside_its_new_lock()
    {
        await SearchedAsync();
        Forget("past");

        var drift = (await world.WakeAsync()).Ended(0);

        var pull = Assert.Single(world.Repository.Pulls);
        Assert.Contains("The numbers of `recipes/tuned.yml` were chosen again with them.", pull.Body, StringComparison.Ordinal);
        Assert.Contains(world.Repository.Git.Differences(world.Main, pull.HeadSha), file => file.Path == "recipes/tuned.chosen.yml");
        Assert.Equal("success", world.Status(pull.HeadSha, "mergeops/plan"));
        Assert.Contains("✓ search", drift.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_that_fails_keeps_no_lock_from_being_proposed()
    {
        await SearchedAsync();
        world.Repository.Commit("main", await world.RecipeAsync("small", 0.5));
        Forget("past");
        world.User.Hub.Repository("org/one").Push("Write more", new Dictionary<string, byte[]?> { ["notes.md"] = "more\n"u8.ToArray() });
        // behind the header, which locking reads
        world.User.Hub.Faults.Add(Misbehave.FlipBit(new FileInfo(Path.Combine(Quickstart, "base", "model.safetensors")).Length - 1), method: "GET", origin: Origin.Cdn);

        var drift = (await world.WakeAsync()).Ended(0);

        Assert.Equal(["Update the lock of recipes/small.yml", "Update the lock of recipes/tuned.yml"], world.Repository.Pulls.Select(pull => pull.Title).Order());
        Assert.Contains("The numbers of `recipes/tuned.yml` could not be chosen again; the run says why.", world.Repository.Pulls.Single(pull => pull.Title.EndsWith("tuned.yml", StringComparison.Ordinal)).Body, StringComparison.Ordinal);
        Assert.Contains("::warning file=recipes/tuned.yml", drift.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_whose_statistics_are_measured_gets_them_measured_again_beside_its_new_lock()
    {
        await MeasuredAsync();
        Forget("past");

        var drift = (await world.WakeAsync()).Ended(0);

        var pull = Assert.Single(world.Repository.Pulls);
        Assert.Contains("The statistics `fisher` of `recipes/measured.yml` were measured again with them.", pull.Body, StringComparison.Ordinal);
        var changed = Assert.Single(world.Repository.Git.Differences(world.Main, pull.HeadSha), file => file.Path.EndsWith(".safetensors", StringComparison.Ordinal)).Path;
        Assert.Contains("past.fisher", changed, StringComparison.Ordinal);
        Assert.Equal("success", world.Status(pull.HeadSha, "mergeops/plan"));
        Assert.Contains("✓ measure", drift.Log, StringComparison.Ordinal);

        // what was committed is what the command writes there
        world.Repository.Merge(pull.Number);
        var merged = world.CheckOut();
        var again = await world.User.RunAsync("measure", "fisher", Path.Combine(merged.Folder, "recipes", "measured.yml"));
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Equal(world.Repository.Git.File(world.Main, changed), await File.ReadAllBytesAsync(Path.Combine(merged.Folder, changed), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Statistics_that_Git_LFS_keeps_are_left_to_people_and_the_branch_is_planned_without_them()
    {
        await MeasuredAsync();
        world.Repository.Commit("main", new Dictionary<string, string?> { [".gitattributes"] = "*.safetensors filter=lfs -text\n", [".github/mergeops.yml"] = "merge_locks: true\n" });
        Forget("past");

        (await world.WakeAsync()).Ended(0);

        var pull = Assert.Single(world.Repository.Pulls);
        Assert.Contains("Git LFS or another place holds them, or because they are larger than 100 MB: make them with `mergeops measure`, and commit them to this branch.\n\n- `recipes/measured.statistics/tales-past.fisher.safetensors`", pull.Body, StringComparison.Ordinal);
        Assert.Equal("failure", world.Status(pull.HeadSha, "mergeops/plan"));
        Assert.Equal(["recipes/measured.lock.yml"], world.Repository.Git.Differences(world.Main, pull.HeadSha).Select(file => file.Path).Where(path => !path.Contains(".locks/", StringComparison.Ordinal)));

        // what somebody adds stays as its own workflow judged it
        var statuses = world.Repository.Statuses.Count;
        (await world.WakeAsync()).Ended(0);
        Assert.Equal(statuses, world.Repository.Statuses.Count);
        Assert.True(pull.IsOpen);
    }

    [Fact]
    public async Task Statistics_in_a_place_of_somebody_s_own_are_left_to_people()
    {
        await TalesAsync("past", "plurals");
        var recipe = world.User.Recipe("""
            name: measured
            merge_method: fisher
            models:
              - { model: tales/past, parameters: { weight: 1 }, statistics: ../mine/past.safetensors }
              - { model: tales/plurals, parameters: { weight: 1 }, statistics: ../mine/plurals.safetensors }
            """, "recipes/measured.yml");
        Assert.Equal(0, (await world.User.RunAsync("lock", recipe)).ExitCode);
        world.Repository.Commit("main", world.RecipeFiles());
        Forget("past");

        (await world.WakeAsync()).Ended(0);

        Assert.Contains("They are in `../mine/past.safetensors`, `../mine/plurals.safetensors`: run `mergeops measure`", Assert.Single(world.Repository.Pulls).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statistics_of_a_base_that_moved_are_measured_again_on_the_base()
    {
        await TalesAsync("base", "past");
        await CommitMeasuredAsync(
            """
            name: measured
            merge_method: task_arithmetic
            base_model: tales/base
            models: [{ model: tales/past, parameters: { weight: 1 } }]
            post: [aim]
            calibration: { data: ./past.validation.jsonl, items: 2 }
            """,
            "activation",
            "--model",
            "tales/base");
        world.User.Hub.Repository("tales/base")
            .Push("Learn", new Dictionary<string, byte[]?> { ["model.safetensors"] = await File.ReadAllBytesAsync(Path.Combine(Quickstart, "plurals", "model.safetensors"), TestContext.Current.CancellationToken) });

        (await world.WakeAsync()).Ended(0);

        var pull = Assert.Single(world.Repository.Pulls);
        Assert.Contains("The statistics `activation` of `recipes/measured.yml` were measured again with them.", pull.Body, StringComparison.Ordinal);
        Assert.Contains(
            "base.activation", Assert.Single(world.Repository.Git.Differences(world.Main, pull.HeadSha), file => file.Path.EndsWith(".safetensors", StringComparison.Ordinal)).Path, StringComparison.Ordinal);
        Assert.Equal("success", world.Status(pull.HeadSha, "mergeops/plan"));
    }

    // a recipe whose numbers were chosen, as somebody commits it
    private async Task SearchedAsync()
    {
        await TalesAsync("base", "past");
        var recipe = world.User.Recipe("""
            name: tuned
            merge_method: task_arithmetic
            base_model: tales/base
            models: [{ model: tales/past, parameters: { weight: 1 } }]
            search:
              searcher: grid
              parameters: [{ parameter: lambda, from: 0, to: 1 }]
              objective: { metric: past.accuracy, tasks: [{ name: past, data: ./past.validation.jsonl }] }
              evaluations: 2
            """, "recipes/tuned.yml");
        Assert.Equal(0, (await world.User.RunAsync("lock", recipe)).ExitCode);
        var search = await world.User.RunAsync("search", recipe);
        Assert.True(search.ExitCode == 0, search.Error);
        world.Repository.Commit("main", world.RecipeFiles());
    }

    // a recipe whose statistics lie beside it, as somebody commits them
    private async Task MeasuredAsync()
    {
        await TalesAsync("past", "plurals");
        await CommitMeasuredAsync(
            """
            name: measured
            merge_method: fisher
            models:
              - { model: tales/past, parameters: { weight: 1 } }
              - { model: tales/plurals, parameters: { weight: 1 } }
            calibration: { data: ./past.validation.jsonl, items: 2 }
            """,
            "fisher");
    }

    private async Task CommitMeasuredAsync(string text, string kind, params string[] options)
    {
        var recipe = world.User.Recipe(text, "recipes/measured.yml");
        Assert.Equal(0, (await world.User.RunAsync("lock", recipe)).ExitCode);
        var measured = await world.User.RunAsync(["measure", kind, recipe, .. options]);
        Assert.True(measured.ExitCode == 0, measured.Error);
        world.Commit("main", Directory.EnumerateFiles(world.User["recipes"], "*", SearchOption.AllDirectories)
            .Select(file => KeyValuePair.Create(Path.GetRelativePath(world.User.Path, file).Replace('\\', '/'), (byte[]?)File.ReadAllBytes(file))));
    }

    // the quickstart's real models
    private async Task TalesAsync(params string[] models)
    {
        foreach (var model in models)
        {
            world.User.Hub.AddModel($"tales/{model}", Directory.EnumerateFiles(Path.Combine(Quickstart, model)).ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes));
        }

        Directory.CreateDirectory(world.User["recipes"]);
        await File.WriteAllLinesAsync(
            world.User["recipes/past.validation.jsonl"], File.ReadLines(Path.Combine(Quickstart, "tasks", "past.validation.jsonl")).Take(8), TestContext.Current.CancellationToken);
    }

    private void Forget(string model) => world.User.Hub.Repository($"tales/{model}")
        .Push("Forget", new Dictionary<string, byte[]?> { ["model.safetensors"] = File.ReadAllBytes(Path.Combine(Quickstart, "base", "model.safetensors")) });
}
