using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Planning;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

public sealed class ResumeTests : IDisposable
{
    private const int Tensors = 8;

    private readonly SmallModels models = new();
    private readonly MergePlan plan;
    private readonly string whole;

    public ResumeTests()
    {
        var tensors = Enumerable.Range(0, Tensors).Select(i => ($"layers.{i}.weight", DType.BF16, new long[] { 40, 100 })).ToArray();
        models.Model("a", 1, tensors).Model("b", 2, tensors);
        plan = models.Plan(Average(0, () => { }));
        whole = models.Merge(plan, o => o with { Output = models.Folder["whole"] }).ModelDigest;
    }

    private string Partial => Assert.Single(Directory.GetDirectories(models.Folder.Path, ".merged.*.partial"));

    private string Journal => Path.Combine(Partial, "journal");

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_cancelled_merge_leaves_nothing_under_the_final_name_and_the_next_run_goes_on()
    {
        Interrupt(beforeTensor: 5);
        Assert.False(Path.Exists(models.Output));

        var resumed = Resume();

        Assert.Equal(4, resumed.ResumedTensors);
        Assert.Equal(whole, resumed.ModelDigest);
        Assert.Equal(["a", "b", "merged", "whole"], Directory.GetFileSystemEntries(models.Folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_tensor_that_was_damaged_meanwhile_is_made_again_and_no_other()
    {
        Interrupt(beforeTensor: 5);
        var shard = Path.Combine(Partial, "model", "model.safetensors");
        var bytes = File.ReadAllBytes(shard);
        bytes[^(7 * 8000)] ^= 1;
        File.WriteAllBytes(shard, bytes);

        var resumed = Resume();

        Assert.Equal(3, resumed.ResumedTensors);
        Assert.Equal(whole, resumed.ModelDigest);
    }

    [Fact]
    public void A_journal_cut_at_any_byte_is_read_as_far_as_it_goes()
    {
        Interrupt(beforeTensor: 4);
        var text = File.ReadAllBytes(Journal);
        for (var length = 0; length < text.Length; length += 13)
        {
            File.WriteAllBytes(Journal, text[..length]);

            Interrupt(beforeTensor: 1);
            Assert.InRange(File.ReadAllLines(Journal).Length, 1, 5);
            File.WriteAllBytes(Journal, text);
        }

        Assert.Equal(whole, Resume().ModelDigest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a journal\nat all\n")]
    [InlineData("\0\0\0\0")]
    public void A_journal_that_is_none_is_begun_anew(string content)
    {
        Interrupt(beforeTensor: 4);
        File.WriteAllText(Journal, content);

        var resumed = Resume();

        Assert.Equal(0, resumed.ResumedTensors);
        Assert.Equal(whole, resumed.ModelDigest);
    }

    [Fact]
    public void A_journal_that_lies_costs_time_only()
    {
        Interrupt(beforeTensor: 4);
        File.AppendAllText(Journal, $"{new string('0', 32)} layers.0.weight\n{new string('1', 32)} layers.7.weight\n{new string('2', 32)} no.such\ngarbage\n");

        Assert.Equal(whole, Resume().ModelDigest);
    }

    [Fact]
    public void Temporary_files_of_a_killed_run_do_not_get_into_the_model()
    {
        Interrupt(beforeTensor: 4);
        File.WriteAllText(Path.Combine(Partial, "model", ".config.json.tmp"), "{");
        Directory.CreateDirectory(Path.Combine(Partial, "model", "1_Pooling"));

        Resume();

        Assert.Equal(["config.json", "merge-manifest.json", "model.safetensors"], Directory.GetFileSystemEntries(models.Output).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void An_input_that_changed_meanwhile_makes_the_merge_begin_anew()
    {
        Interrupt(beforeTensor: 4);
        File.SetLastWriteTimeUtc(models.Folder["a/model.safetensors"], DateTime.UtcNow.AddMinutes(1));

        Assert.Equal(0, Resume().ResumedTensors);
    }

    [Fact]
    public void Another_shard_size_makes_the_merge_begin_anew()
    {
        Interrupt(beforeTensor: 4);

        var resumed = models.Merge(plan, o => o with { ShardSize = 20_000 });

        Assert.Equal(0, resumed.ResumedTensors);
        Assert.Equal(whole, resumed.ModelDigest);
        Assert.Equal(4, Directory.GetFiles(models.Output, "model-*-of-00004.safetensors").Length);
    }

    [Fact]
    public void What_a_merge_of_another_plan_left_is_reported_and_stays_until_cleaned()
    {
        Interrupt(beforeTensor: 4);
        var leftover = Partial;
        var other = models.Plan(Average(0, () => { }), DType.F32);

        var merged = models.Merge(other);
        var note = Assert.Single(merged.Notes);
        Assert.Equal(Codes.UnfinishedMerge, note.Code);
        Assert.Equal(leftover, note.Span!.Value.Path);
        Assert.True(Directory.Exists(leftover));

        Assert.Empty(models.Merge(other, o => o with { Clean = true }).Notes);
        Assert.False(Directory.Exists(leftover));
    }

    private static InterruptedAverage Average(int beforeTensor, Action interruption) => new(beforeTensor, interruption);

    private void Interrupt(int beforeTensor)
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => models.Merge(SmallModels.By(Average(beforeTensor, stop.Cancel), plan), o => o with { Threads = 1 }, stop.Token));
    }

    private MergedCheckpoint Resume() => models.Merge(plan);
}
