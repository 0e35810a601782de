using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Pipeline.Stages;
using MergeOps.Tensors;
using MergeOps.Tests.Cli;
using MergeOps.Tests.Planning;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

/// <summary>Files that are exchanged between their hashing and their merging.</summary>
public sealed class ExchangedFileTests : IDisposable
{
    private readonly TemporaryModels models = new TemporaryModels().Llama("base", 1).Llama("one", 1).Llama("other", 1);
    private readonly HostEnvironment environment;
    private readonly string recipe;

    public ExchangedFileTests()
    {
        environment = TestEnvironment.WithHome(Path.Combine(models.Path, "home"));
        models.Poke("other", "model.norm.weight", 0, 0, 0, 0x80, 0x3f);
        recipe = models.Recipe("""
            merge_method: task_arithmetic
            base_model: ./base
            models:
              - model: ./one
                parameters: { weight: 0.5 }
            """);
        CommandLineRun.Of(environment, "lock", recipe);
    }

    private string Base => Path.Combine(models.Path, "base", "model.safetensors");

    private string Other => Path.Combine(models.Path, "other", "model.safetensors");

    private string Output => Path.Combine(models.Path, "merged");

    public void Dispose()
    {
        models.Dispose();
    }

    [Fact]
    public async Task A_file_that_is_replaced_while_the_others_are_hashed_is_not_merged() =>
        await RequireRefusedAsync(() => File.Move(Other, Base, overwrite: true));

    [Fact]
    public async Task A_file_that_is_overwritten_and_gets_its_old_times_is_not_merged()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems do not tell when a file's times were set");

        await RequireRefusedAsync(() =>
        {
            var written = File.GetLastWriteTimeUtc(Base);
            using (var file = new FileStream(Base, FileMode.Open, FileAccess.Write))
            {
                file.Write(File.ReadAllBytes(Other));
            }

            File.SetLastWriteTimeUtc(Base, written);
        });
    }

    [Fact]
    public async Task A_link_that_leads_elsewhere_while_the_others_are_hashed_is_not_followed()
    {
        var real = Path.Combine(models.Path, "base", "real.safetensors.1");
        var elsewhere = Path.Combine(models.Path, "base", "real.safetensors.2");
        File.Move(Base, real);
        File.Move(Other, elsewhere);
        File.CreateSymbolicLink(Base, real);
        CommandLineRun.Of(environment, "lock", recipe);

        await RequireRefusedAsync(() =>
        {
            File.Delete(Base);
            File.CreateSymbolicLink(Base, elsewhere);
        });
    }

    private async Task RequireRefusedAsync(Action exchange)
    {
        var planned = PlanMerge.Run(environment, recipe).Planned!;
        var observer = new FetchObserver(part =>
        {
            if (part == Base)
            {
                exchange();
            }
        });

        var refusal = await Assert.ThrowsAsync<MergeOpsException>(() =>
            MergeModels.RunAsync(environment, planned, new MergeOptions { Output = Output }, observer, TestContext.Current.CancellationToken));

        Assert.Equal((Codes.InputChanged, Base), (refusal.Diagnostic.Code, refusal.Diagnostic.Span!.Value.Path));
        Assert.False(Path.Exists(Output));
        Assert.Equal(1, CommandLineRun.Of(environment, "merge", recipe, "--out", Output).ExitCode);
    }

    private sealed class FetchObserver(Action<string> hashed) : IStageObserver
    {
        public void Started(Stage stage)
        {
        }

        public void Advanced(Stage stage, string part, Work work)
        {
            if (stage == Stage.Fetch)
            {
                hashed(part);
            }
        }

        public void Reported(string line)
        {
        }

        public void Finished(Stage stage, StageEnd end, string summary)
        {
        }
    }
}
