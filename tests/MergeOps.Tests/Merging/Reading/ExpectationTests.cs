using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Methods.Contract;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging.Reading;

/// <summary>What a plan took for equal is proved by the merge, and what an output was made from is known again.</summary>
public sealed class ExpectationTests : IDisposable
{
    private const int Rows = 4096;

    private readonly SmallModels models = new();

    private static MergeMethod Linear => MethodCatalogue.Default.Find("linear")!;

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_head_that_differs_where_no_sample_looked_stops_the_merge()
    {
        var (head, embedding) = (SmallModels.Random(DType.F32, [Rows, 64], 1), SmallModels.Random(DType.F32, [Rows, 64], 1));
        head[NotSampled(head.Length)] ^= 1;
        models.Model("a", ("embed_tokens.weight", DType.F32, [Rows, 64], embedding), ("lm_head.weight", DType.F32, [Rows, 64], head));
        var plan = models.Plan(Linear, each: new() { ["weight"] = 1 }) with { Expected = [new(new(0, "lm_head.weight"), new(0, "embed_tokens.weight"), IsLeftOut: true) { IsTiedHead = true }] };

        var refused = Assert.Throws<MergeOpsException>(() => models.Merge(plan));

        Assert.Equal(Codes.StandInDiffers, refused.Diagnostic.Code);
        Assert.Contains("tie_word_embeddings: false", refused.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.False(Directory.Exists(models.Output));
    }

    [Fact]
    public void Integers_that_differ_between_the_models_are_a_warning_that_names_them()
    {
        models.Model("a", ("counts", DType.I32, [2], [1, 0, 0, 0, 2, 0, 0, 0]), ("same", DType.U8, [1], [7]))
            .Model("b", ("counts", DType.I32, [2], [1, 0, 0, 0, 3, 0, 0, 0]), ("same", DType.U8, [1], [7]));
        var plan = models.Plan(Linear, each: new() { ["weight"] = 1 }) with
        {
            Expected = [new(new(0, "counts"), new(1, "counts"), IsLeftOut: false), new(new(0, "same"), new(1, "same"), IsLeftOut: false)],
        };

        var notes = models.Merge(plan).Notes.Where(note => note.Code == Codes.CopiesDiffer);

        Assert.Equal("'counts': integers are never averaged. The output has those of ./a, and ./b has different ones.", Assert.Single(notes).Detail);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("slerp")]
    [InlineData("ties")]
    [InlineData("karcher")]
    [InlineData("model_stock")]
    [InlineData("dare_ties")]
    public void Rows_that_not_every_model_has_are_the_donors_and_the_others_are_merged_as_if_there_were_none(string name)
    {
        var method = MethodCatalogue.Default.Find(name)!;
        var donor = SmallModels.Random(DType.F32, [6, 8], 1);
        models.Model("a", ("w", DType.F32, [6, 8], donor)).Model("b", 2, ("w", DType.BF16, [4, 8])).Model("c", 3, ("w", DType.F32, [5, 8]));
        var parameters = new Dictionary<string, double> { ["t"] = 0.3, ["density"] = 0.5, ["weight"] = 0.5 };
        var common = models.Plan(
            method,
            parameters: parameters.Where(p => method.Parameters.Any(d => d.Name == p.Key && d.Scope == ParameterScope.Method)).ToDictionary(),
            each: parameters.Where(p => method.Parameters.Any(d => d.Name == p.Key && d.Scope == ParameterScope.Model)).ToDictionary()).Jobs[0] with
        { Shape = [4, 8], DType = DType.F32 };
        models.Merge(models.Plan([common]), options => options with { Output = models.Folder["common"] });
        var expected = models.MergedSingles("w", "common");

        models.Merge(models.Plan([common with { Shape = [6, 8], Tail = models.RowsFrom(4, 0, "w") }]));

        Assert.Equal([.. expected, .. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(donor).ToArray()[32..]], models.MergedSingles("w"));
    }

    [Fact]
    public void A_copy_of_a_model_with_fewer_rows_ends_with_those_of_the_donor()
    {
        models.Model("a", ("w", DType.BF16, [3, 1], SmallModels.Bytes(DType.BF16, 1, 2, 3)))
            .Model("b", ("w", DType.BF16, [2, 1], SmallModels.Bytes(DType.BF16, 8, 9)));
        var job = models.Plan(Linear, each: new() { ["weight"] = 1 }).Jobs[0] with
        {
            Method = null,
            Shape = [3, 1],
            DType = DType.BF16,
            Inputs = [models.Input(1, "w", ResolvedParameters.Empty)],
            Tail = models.RowsFrom(2, 0, "w"),
        };

        models.Merge(models.Plan([job]));

        Assert.Equal(SmallModels.Bytes(DType.BF16, 8, 9, 3), models.Merged("w"));
    }

    [Fact]
    public void Another_tail_is_another_plan()
    {
        models.Model("a", 1, ("w", DType.F32, [3, 2])).Model("b", 2, ("w", DType.F32, [2, 2])).Model("c", 3, ("w", DType.F32, [3, 2]));
        var job = models.Plan(Linear, each: new() { ["weight"] = 1 }).Jobs[0] with { Shape = [3, 2], Inputs = [models.Input(1, "w", ResolvedParameters.Empty)] };

        var digests = new[] { 0, 2 }.Select(donor => models.Plan([job with { Tail = models.RowsFrom(2, donor, "w") }]).Digest);

        Assert.Equal(2, digests.Distinct().Count());
    }

    [Fact]
    public void An_unlocked_output_is_finished_only_for_the_very_files_that_made_it()
    {
        models.Model("a", 1, ("w", DType.F32, [64])).Model("b", 2, ("w", DType.F32, [64]));
        var plan = models.Plan(Linear, each: new() { ["weight"] = 1 });
        models.Merge(plan);
        Assert.True(models.Merge(plan).WasThere);
        var weights = models.Folder["b/model.safetensors"];
        var (content, time) = (File.ReadAllBytes(weights), File.GetLastWriteTimeUtc(weights));

        // the same bytes and the same times in another file
        File.WriteAllBytes(weights + ".new", content);
        File.Move(weights + ".new", weights, overwrite: true);
        File.SetLastWriteTimeUtc(weights, time);

        var refused = Assert.Throws<MergeOpsException>(() => models.Merge(plan));
        Assert.Equal(Codes.OutputExists, refused.Diagnostic.Code);
        Assert.Contains("'mergeops lock' settles that", refused.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.False(models.Merge(plan, options => options with { Replace = true }).WasThere);
    }

    [Fact]
    public void A_locked_output_says_nothing_of_the_machine_that_made_it()
    {
        models.Model("a", 1, ("w", DType.F32, [4]));
        var plan = models.Plan(Linear, each: new() { ["weight"] = 1 });
        models.Merge(plan);

        Assert.NotNull(MergeManifest.Find(models.Output)!.UnlockedInputs);
        var locked = plan with
        {
            Models = [.. plan.Models.Select(model => model with { FileDigests = model.FileDigests.SetItem("model.safetensors", new(MergeOps.Tensors.DigestKind.Sha256, new('a', 64))) })],
        };
        Assert.Null(UnlockedInputs.Now(locked));
    }

    // the middle between two places of the sample
    private static int NotSampled(int length)
    {
        var places = ByteSample.PlacesIn(length).ToList();
        var at = (int)((places[0].Offset + places[0].Length + places[1].Offset) / 2);
        Assert.DoesNotContain(places, place => place.Offset <= at && at < place.Offset + place.Length);
        return at;
    }
}
