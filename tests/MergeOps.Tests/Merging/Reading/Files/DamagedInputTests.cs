using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging.Reading.Files;

/// <summary>Weights whose bytes change while size, times and inode stay: a disk that rots.</summary>
public sealed class DamagedInputTests : IDisposable
{
    private const int Block = ContentDigest.BlockSize;

    /// <summary>Memory that keeps no input.</summary>
    private const int TooLittle = 2_500_000;

    private readonly SmallModels models = new();

    private string Input => models.Folder["b/model.safetensors"];

    public void Dispose() => models.Dispose();

    [Theory]
    [InlineData("linear", 0)]
    [InlineData("linear", Block)]
    [InlineData("linear", (2 * Block) + 5)]
    [InlineData("ties", Block - 1)]
    [InlineData("slerp", Block + 77)]
    [InlineData("dare_ties", 3)]
    [InlineData("karcher", Block + 1)]
    [InlineData("passthrough", Block + 9)]
    [InlineData("ties", Block - 1, TooLittle)]
    [InlineData("ties", (2 * Block) + 5, TooLittle)]
    [InlineData("slerp", Block + 77, TooLittle)]
    [InlineData("sce", (2 * Block) + 5, TooLittle)]
    public void One_bit_is_found_by_every_way_of_reading(string method, int place, int memory = 1 << 30)
    {
        const long rows = 1100;
        models.Model("b", 1, ("w", DType.BF16, [rows, 4096]), ("x", DType.F32, [3])).Model("a", 2, ("w", DType.BF16, [rows, 4096]), ("x", DType.F32, [3]));
        if (method is "ties" or "dare_ties" or "sce")
        {
            models.Model("c", 3, ("w", DType.BF16, [rows, 4096]), ("x", DType.F32, [3]));
        }

        var plan = models.Plan(MethodCatalogue.Default.Find(method)!, parameters: new() { ["t"] = 0.5 }, each: new() { ["weight"] = 0.5 });
        var verified = Hashed(plan);
        models.Merge(plan, o => o with { Verified = verified, MaxMemory = memory, Output = models.Folder["sound"] });

        verified = Damage("w", place, verified);
        var refusal = Assert.Throws<MergeOpsException>(() => models.Merge(plan, o => o with { Verified = verified, MaxMemory = memory })).Diagnostic;

        Assert.Equal((Codes.InputChanged, Input), (refusal.Code, refusal.Span!.Value.Path));
        Assert.Contains($"Tensor 'w': the block at byte {place / Block * Block} is not what was hashed", refusal.Detail, StringComparison.Ordinal);
        Assert.False(Path.Exists(models.Output));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(Block - 1, true)]
    [InlineData(2 * Block, false)]
    public void Of_a_tensor_that_is_cut_the_blocks_that_are_used_are_compared_whole(int place, bool isFound)
    {
        models.Model("a", 1, ("w", DType.U8, [3, 10])).Model("b", 2, ("w", DType.U8, [3, Block]));
        var plan = models.Plan([Copy(model: 1, [1, 10])]);
        var verified = Damage("w", place, Hashed(plan));

        var merging = () => models.Merge(plan, o => o with { Verified = verified });

        if (isFound)
        {
            Assert.Equal(Codes.InputChanged, Assert.Throws<MergeOpsException>(merging).Diagnostic.Code);
        }
        else
        {
            Assert.Equal(1, merging().Evidence.Compared);
        }
    }

    [Theory]
    [InlineData(17)]
    [InlineData(Block + 1)]
    [InlineData((3 * Block) - 1)]
    public void Of_rows_that_are_cut_the_gaps_between_them_are_read_too(int place)
    {
        models.Model("a", 1, ("w", DType.U8, [3, 10])).Model("b", 2, ("w", DType.U8, [3, Block]));
        var plan = models.Plan([Copy(model: 1, [3, 10])]);
        var verified = Damage("w", place, Hashed(plan));

        Assert.Equal(Codes.InputChanged, Assert.Throws<MergeOpsException>(() => models.Merge(plan, o => o with { Verified = verified })).Diagnostic.Code);
    }

    [Fact]
    public void Rows_from_the_middle_of_a_block_on_are_compared_with_the_whole_block()
    {
        models.Model("a", 1, ("w", DType.U8, [10, 1000])).Model("b", 2, ("w", DType.U8, [10, 1000]));
        var plan = models.Plan([Copy(model: 1, [3, 1000]) with { Inputs = [models.RowsFrom(7, 1, "w")] }]);
        var sound = Hashed(plan);

        Assert.Equal(File.ReadAllBytes(Input)[^3000..], Merged(plan, sound));
        var refusal = Assert.Throws<MergeOpsException>(() => Merged(plan, Damage("w", 9999, sound)));

        Assert.Equal(Codes.InputChanged, refusal.Diagnostic.Code);
    }

    [Fact]
    public void Rows_in_any_order_are_compared_with_what_was_hashed()
    {
        const int Rows = 9000, Width = 1000;
        models.Model("a", 1, ("w", DType.U8, [Rows, Width])).Model("b", 2, ("w", DType.U8, [Rows, Width]));
        var map = new RowMap.Builder();
        for (var row = 0; row < Rows; row++)
        {
            map.Add(new(0, Rows - 1 - row));
        }

        var plan = models.Plan([Copy(model: 1, [Rows, Width]) with { Inputs = [new(new Rows([models.Input(1, "w", ResolvedParameters.Empty).Source], map.Build()), ResolvedParameters.Empty)] }]);
        var sound = Hashed(plan);

        Assert.Equal(File.ReadAllBytes(Input)[^(Rows * Width)..].Chunk(Width).Reverse().SelectMany(row => row), Merged(plan, sound));
        var refusal = Assert.Throws<MergeOpsException>(() => Merged(plan, Damage("w", Block + 5, sound))).Diagnostic;

        Assert.Equal(Codes.InputChanged, refusal.Code);
        Assert.Contains($"the block at byte {Block}", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_another_header_than_was_planned_is_refused()
    {
        models.Model("a", 1, ("v", DType.U8, [4]), ("w", DType.U8, [4])).Model("b", 2, ("v", DType.U8, [4]), ("w", DType.U8, [4]));
        var plan = models.Plan([Copy(model: 1, [4])]);
        var bytes = File.ReadAllBytes(Input);
        var (v, w) = (bytes.AsSpan().IndexOf("\"v\""u8), bytes.AsSpan().IndexOf("\"w\""u8));
        (bytes[v + 1], bytes[w + 1]) = (bytes[w + 1], bytes[v + 1]);
        File.WriteAllBytes(Input, bytes);

        var refusal = Assert.Throws<MergeOpsException>(() => Merged(plan, Hashed(plan)));

        Assert.Contains("between planning and hashing", refusal.Diagnostic.Detail, StringComparison.Ordinal);
    }

    private byte[] Merged(MergePlan plan, IReadOnlyDictionary<string, VerifiedFile> verified)
    {
        models.Merge(plan, o => o with { Verified = verified, OwnsOutput = true });
        var merged = models.Merged("w");
        Directory.Delete(models.Output, recursive: true);
        return merged;
    }

    private TensorJob Copy(int model, ImmutableArray<long> shape) => new()
    {
        Name = "w",
        DType = DType.U8,
        Shape = shape,
        Parameters = ResolvedParameters.Empty,
        Inputs = [models.Input(model, "w", ResolvedParameters.Empty)],
        Seed = 0,
        Digest = "",
    };

    private Dictionary<string, VerifiedFile> Hashed(MergePlan plan)
    {
        var digests = new KnownDigests(new(models.Folder["home"]), TimeProvider.System);
        return plan.FilesRead
            .Select(file => Path.Combine(plan.Models[file.Model].Checkpoint.Folder, file.File))
            .ToDictionary(path => path, path => digests.WithBlocks(path, DigestKind.Sha256, TestContext.Current.CancellationToken), StringComparer.Ordinal);
    }

    // flips a bit, and lets the file have been so when it was hashed
    private Dictionary<string, VerifiedFile> Damage(string tensor, int place, Dictionary<string, VerifiedFile> verified)
    {
        var info = CheckpointReader.Open(models.Folder["b"], []).Tensors[tensor];
        using (var file = File.OpenHandle(Input, FileMode.Open, FileAccess.ReadWrite))
        {
            Span<byte> value = [0];
            RandomAccess.Read(file, value, info.Offset + place);
            value[0] ^= 1;
            RandomAccess.Write(file, value, info.Offset + place);
        }

        return new(verified, StringComparer.Ordinal) { [Input] = verified[Input] with { Identity = FileIdentity.Of(Input) } };
    }
}
