using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging;

public sealed class MergeEngineTests : IDisposable
{
    private readonly SmallModels models = new();

    private static MergeMethod Linear => MethodCatalogue.Default.Find("linear")!;

    public void Dispose() => models.Dispose();

    [Fact]
    public void A_merge_writes_the_average_and_everything_beside_it()
    {
        models.Model("a", ("w", DType.F32, [2, 2], SmallModels.Bytes(DType.F32, 1, 2, 3, 4)))
            .Model("b", ("w", DType.F32, [2, 2], SmallModels.Bytes(DType.F32, 3, 2, 1, 0)));
        var plan = models.Plan(Linear, each: new() { ["weight"] = 1 });

        var merged = models.Merge(plan, o => o with { ExtraFiles = [new ExtraFile("notes/lock.yml", "locked\n"u8.ToArray())] });

        Assert.Equal([2, 2, 2, 2], models.MergedSingles("w"));
        Assert.False(merged.WasThere);
        Assert.Equal(plan.Config, File.ReadAllText(Path.Combine(models.Output, "config.json")));
        Assert.Equal("locked\n", File.ReadAllText(Path.Combine(models.Output, "notes", "lock.yml")));
        var manifest = MergeManifest.Find(models.Output)!;
        Assert.Equal(plan.Digest, manifest.PlanDigest);
        Assert.Equal(merged.ModelDigest, manifest.ModelDigest);
        Assert.Equal(plan.Jobs[0].Digest, manifest.Tensors["w"].JobDigest);
        Assert.Equal(["config.json", "notes/lock.yml"], manifest.Files.Keys);
        Assert.Equal(["a", "b", "merged"], Directory.GetFileSystemEntries(models.Folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_merge_that_gives_an_input_back_says_which()
    {
        models.Model("a", ("w", DType.BF16, [2], SmallModels.Bytes(DType.BF16, 1, 2))).Model("b", ("w", DType.BF16, [2], SmallModels.Bytes(DType.BF16, 3, 4)));
        var slerp = MethodCatalogue.Default.Find("slerp")!;

        var tooLittle = models.Merge(models.Plan(slerp, parameters: new() { ["t"] = 1e-6 }));
        var enough = models.Merge(models.Plan(slerp, parameters: new() { ["t"] = 0.5 }), o => o with { Output = models.Folder["enough"] });

        var note = Assert.Single(tooLittle.Notes);
        Assert.Equal((Codes.ResultIsInput, Severity.Warning), (note.Code, note.Severity));
        Assert.Contains("'./a'", note.Detail, StringComparison.Ordinal);
        Assert.Empty(enough.Notes);
    }

    [Theory]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    [InlineData(DType.F32)]
    [InlineData(DType.F64)]
    public void Every_floating_dtype_is_read_and_written(DType dtype)
    {
        models.Model("a", ("w", dtype, [3], SmallModels.Bytes(dtype, 1, -2, 0.5))).Model("b", ("w", dtype, [3], SmallModels.Bytes(dtype, 2, 4, 0.25)));

        models.Merge(models.Plan(Linear, DType.F32, each: new() { ["weight"] = 1 }));

        Assert.Equal([1.5f, 1, 0.375f], models.MergedSingles("w"));
    }

    /// <summary>1 + 2^-8 + 2^-30 lies above the middle between two bfloat16 numbers, but float32 loses the last term.</summary>
    [Fact]
    public void Float64_is_rounded_to_bfloat16_once()
    {
        var value = SmallModels.Bytes(DType.F64, 1 + (1 / 256.0) + Math.Pow(2, -30));
        models.Model("a", ("w", DType.F64, [1], value)).Model("b", ("w", DType.F64, [1], value));

        models.Merge(models.Plan(Linear, DType.BF16, each: new() { ["weight"] = 1 }));

        Assert.Equal((ushort)0x3f81, MemoryMarshal.Read<ushort>(models.Merged("w")));
    }

    [Fact]
    public void A_tensor_that_is_not_floating_point_is_copied_byte_for_byte()
    {
        models.Model("a", 1, ("ids", DType.I64, [1000, 3])).Model("b", 2, ("ids", DType.I64, [1000, 3]));

        models.Merge(models.Plan(Linear, each: new() { ["weight"] = 1 }));

        Assert.Equal(File.ReadAllBytes(models.Folder["a/model.safetensors"])[^24000..], models.Merged("ids"));
    }

    [Fact]
    public void An_input_that_is_stored_larger_gives_its_top_left_part()
    {
        models.Model("a", ("w", DType.F32, [2, 2], SmallModels.Bytes(DType.F32, 1, 2, 3, 4)))
            .Model("b", ("w", DType.F32, [3, 4], SmallModels.Bytes(DType.F32, 1, 2, 9, 9, 3, 4, 9, 9, 9, 9, 9, 9)));

        models.Merge(models.Plan(Linear, each: new() { ["weight"] = 1 }));

        Assert.Equal([1, 2, 3, 4], models.MergedSingles("w"));
    }

    [Fact]
    public void A_copy_of_the_top_left_part_needs_no_arithmetic()
    {
        models.Model("a", ("w", DType.U8, [2, 3, 4], [.. Enumerable.Range(0, 24).Select(i => (byte)i)]));
        var job = new TensorJob
        {
            Name = "w",
            DType = DType.U8,
            Shape = [2, 2, 3],
            Parameters = ResolvedParameters.Empty,
            Inputs = [models.Input(0, "w", ResolvedParameters.Empty)],
            Seed = 0,
            Digest = "",
        };

        models.Merge(models.Plan([job]));

        Assert.Equal([0, 1, 2, 4, 5, 6, 12, 13, 14, 16, 17, 18], models.Merged("w"));
    }

    [Fact]
    public void A_second_run_finds_the_model_and_does_nothing()
    {
        models.Model("a", 1, ("w", DType.BF16, [50])).Model("b", 2, ("w", DType.BF16, [50]));
        var plan = models.Plan(Linear, each: new() { ["weight"] = 1 });
        var first = models.Merge(plan);
        var written = File.GetLastWriteTimeUtc(Path.Combine(models.Output, "model.safetensors"));

        var second = models.Merge(plan);

        Assert.True(second.WasThere);
        Assert.Equal(first.ModelDigest, second.ModelDigest);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(models.Output, "model.safetensors")));
    }

    [Fact]
    public void Numbers_that_outgrow_the_output_dtype_stop_the_merge()
    {
        models.Model("a", ("w", DType.F32, [1], SmallModels.Bytes(DType.F32, 70000))).Model("b", ("w", DType.F32, [1], SmallModels.Bytes(DType.F32, 70000)));

        var failure = Assert.Throws<MergeOpsException>(() => models.Merge(models.Plan(Linear, DType.F16, each: new() { ["weight"] = 1 })));

        Assert.Contains("F16", failure.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_may_take_whole_tensors_and_whole_rows()
    {
        models.Model("a", 1, ("w", DType.F32, [40, 30])).Model("b", 2, ("w", DType.F32, [40, 30]));
        foreach (var layout in Enum.GetValues<TileLayout>())
        {
            var method = new ShapeChecker(layout);
            models.Merge(models.Plan(method), o => o with { Output = models.Folder[$"{layout}"], TileElements = 100 });

            Assert.Equal(layout switch { TileLayout.Whole => "40,30", TileLayout.Rows => "1,30;3,30", _ => "100" }, method.Shapes);
        }
    }

    [Fact]
    public void A_whole_tensor_beyond_the_memory_limit_is_refused_with_both_numbers()
    {
        models.Model("a", 1, ("w", DType.F32, [4000])).Model("b", 2, ("w", DType.F32, [4000]));
        var method = new ShapeChecker(TileLayout.Whole);

        var failure = Assert.Throws<MergeOpsException>(() =>
            models.Merge(models.Plan(method), o => o with { MaxMemory = 100_000 }));

        Assert.Equal(Codes.MemoryTooSmall, failure.Diagnostic.Code);
        Assert.Contains("112,000", failure.Diagnostic.Detail, StringComparison.Ordinal);
        Assert.Contains("75,000", failure.Diagnostic.Detail, StringComparison.Ordinal);
        models.Merge(models.Plan(method), o => o with { MaxMemory = 149_338 });
    }

    private sealed class ShapeChecker(TileLayout layout) : MergeMethod
    {
        private readonly SortedSet<string> shapes = new(StringComparer.Ordinal);

        public string Shapes => string.Join(';', shapes);

        public override string Name => "shapes";

        public override string Title => "Shapes";

        public override string Summary => "Notes the shapes of its tiles";

        public override int Version => 1;

        public override Uri? Reference => null;

        public override BaseModelRule BaseModel => BaseModelRule.Unused;

        public override int MinModels => 1;

        public override TileLayout LayoutFor(ResolvedParameters parameters) => layout;

        public override TileFunction Prepare(ITensorInputs inputs) => tile =>
        {
            shapes.Add(string.Join(',', tile.Output.shape));
            tile.Output.copy_(tile.Models[0]);
        };
    }
}
