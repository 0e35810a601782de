using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Merging.Writing;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Runtime;
using MergeOps.Tensors;
using MergeOps.Tests.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

public sealed class FaultTests : IDisposable
{
    private readonly SmallModels models = new();

    private string Input => models.Folder["b/model.safetensors"];

    public void Dispose() => models.Dispose();

    [Fact]
    public void An_input_that_was_cut_short_after_planning_is_refused()
    {
        var plan = TwoModels();
        File.WriteAllBytes(Input, File.ReadAllBytes(Input)[..^1]);

        Assert.Equal(Codes.InputChanged, Refusal(plan).Code);
        Assert.False(Path.Exists(models.Output));
    }

    [Fact]
    public void An_input_that_was_replaced_by_one_of_the_same_size_after_planning_is_refused()
    {
        var plan = TwoModels();
        var bytes = File.ReadAllBytes(Input);
        var (first, second) = (bytes.AsSpan().IndexOf("layers.0"u8) + 7, bytes.AsSpan().IndexOf("layers.1"u8) + 7);
        (bytes[first], bytes[second]) = (bytes[second], bytes[first]);
        File.WriteAllBytes(Input, bytes);

        Assert.Equal(Codes.InputChanged, Refusal(plan).Code);
        Assert.False(Path.Exists(models.Output));
    }

    [Fact]
    public void An_input_that_is_cut_short_while_it_is_read_stops_the_merge()
    {
        var plan = TwoModels();
        var cutting = new InterruptedAverage(2, () => File.WriteAllBytes(Input, File.ReadAllBytes(Input)[..^3000]));

        var refusal = Refusal(SmallModels.By(cutting, plan));

        Assert.Contains(refusal.Code, new[] { Codes.FileUnreadable, Codes.InputChanged });
        Assert.Equal(Input, refusal.Span!.Value.Path);
        Assert.False(Path.Exists(models.Output));
    }

    [Fact]
    public void An_input_that_is_replaced_while_the_merge_runs_stops_it()
    {
        var plan = TwoModels();
        var replacing = new InterruptedAverage(2, () =>
        {
            File.Copy(Input, Input + ".new");
            File.Move(Input + ".new", Input, overwrite: true);
        });

        Assert.Equal(Codes.InputChanged, Refusal(SmallModels.By(replacing, plan)).Code);
        Assert.False(Path.Exists(models.Output));
    }

    [Fact]
    public void A_folder_that_is_not_ours_is_refused_and_not_touched()
    {
        var plan = TwoModels();
        models.Folder.Write("merged/thesis.txt", "years of work"u8);

        var refusal = Refusal(plan);

        Assert.Equal(Codes.OutputExists, refusal.Code);
        Assert.Equal(["thesis.txt"], Directory.GetFileSystemEntries(models.Output).Select(Path.GetFileName));
        Assert.Empty(Directory.GetDirectories(models.Folder.Path, ".merged*"));
    }

    [Fact]
    public void A_file_in_the_place_of_the_output_is_refused()
    {
        var plan = TwoModels();
        models.Folder.Write("merged", "a file"u8);

        Assert.Equal(Codes.OutputExists, Refusal(plan).Code);
        Assert.Equal("a file", File.ReadAllText(models.Output));
    }

    [Fact]
    public void An_empty_folder_is_a_free_place()
    {
        var plan = TwoModels();
        Directory.CreateDirectory(models.Output);

        Assert.False(Merge(plan).WasThere);
    }

    [Fact]
    public void The_merge_of_another_plan_is_refused()
    {
        Merge(TwoModels());

        var refusal = Refusal(models.Plan(new InterruptedAverage(0, () => { }), DType.F64));

        Assert.Equal(Codes.OutputExists, refusal.Code);
        Assert.Contains("of plan", refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    public void A_model_that_lost_a_file_is_not_taken_for_finished(string lost)
    {
        var plan = TwoModels();
        Merge(plan);
        File.Delete(Path.Combine(models.Output, lost));

        Assert.False(Merge(plan).WasThere);
        Assert.True(File.Exists(Path.Combine(models.Output, lost)));
        Assert.True(Merge(plan).WasThere);
    }

    [Fact]
    public void A_manifest_that_is_damaged_is_named()
    {
        var plan = TwoModels();
        Merge(plan);
        File.WriteAllText(Path.Combine(models.Output, MergeManifest.FileName), "{\"version\": 1, \"name\": null}");

        Assert.Equal(Codes.ManifestUnreadable, Refusal(plan).Code);
    }

    [Fact]
    public void Unlocked_inputs_that_are_newer_than_the_model_make_it_doubtful()
    {
        var plan = TwoModels();
        Merge(plan);
        File.SetLastWriteTimeUtc(Input, DateTime.UtcNow.AddHours(1));

        Assert.Contains("without a lock", Refusal(plan).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_process_at_the_same_output_is_turned_away_with_the_first_ones_name()
    {
        var plan = TwoModels();
        using (PartialOutput.Open(new OutputFolder(models.Output, plan.Digest).Partial))
        {
            var refusal = Refusal(plan);

            Assert.Equal(Codes.OutputBusy, refusal.Code);
            Assert.Contains($"process {Environment.ProcessId} on", refusal.Detail, StringComparison.Ordinal);
        }

        Assert.False(Merge(plan).WasThere);
    }

    [Fact]
    public void A_disk_that_is_too_small_is_found_before_the_first_byte()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a file system with sparse files");
        const long bytes = 4L << 40;
        var file = models.Folder.Write("huge/model.safetensors", SafetensorsBytes.Of($$"""{"w":{"dtype":"F32","shape":[{{bytes / 4}}],"data_offsets":[0,{{bytes}}]} }"""));
        using (var sparse = new FileStream(file, FileMode.Open))
        {
            sparse.SetLength(sparse.Length + bytes);
        }

        models.Open("huge");
        var plan = models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 });

        var refusal = Assert.Throws<MergeOpsException>(() => models.Merge(plan)).Diagnostic;

        Assert.Equal(Codes.DiskTooSmall, refusal.Code);
        Assert.Contains("4,398,047,", refusal.Detail, StringComparison.Ordinal);
        Assert.Equal(["huge"], Directory.GetFileSystemEntries(models.Folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_device_that_is_not_there_is_refused_by_name()
    {
        var plan = TwoModels();

        var refusal = Assert.Throws<MergeOpsException>(() => models.Merge(plan, o => o with { Device = "cuda:99" })).Diagnostic;

        Assert.Equal(Codes.DeviceUnavailable, refusal.Code);
        Assert.Contains("'cuda:99'", refusal.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(models.Folder.Path, ".merged*"));
    }

    [Theory]
    [InlineData("auto", true)]
    [InlineData("cpu", true)]
    [InlineData("cuda", true)]
    [InlineData("cuda:3", true)]
    [InlineData("cuda:-1", false)]
    [InlineData("cuda:", false)]
    [InlineData("gpu", false)]
    public void Names_of_devices(string name, bool isName) => Assert.Equal(isName, MergeDevice.IsName(name));

    private MergePlan TwoModels()
    {
        var tensors = Enumerable.Range(0, 3).Select(i => ($"layers.{i}.weight", DType.BF16, new long[] { 10, 100 })).ToArray();
        return models.Model("a", 1, tensors).Model("b", 2, tensors).Plan(new InterruptedAverage(0, () => { }));
    }

    private MergedCheckpoint Merge(MergePlan plan) => models.Merge(plan, o => o with { Threads = 1 });

    private Diagnostic Refusal(MergePlan plan) => Assert.Throws<MergeOpsException>(() => Merge(plan)).Diagnostic;
}
