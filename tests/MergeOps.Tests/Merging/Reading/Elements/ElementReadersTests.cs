using System.Runtime.InteropServices;
using MergeOps.Merging.Reading.Elements;
using MergeOps.Merging.Reading.Files;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Merging.Reading.Elements;

/// <summary>What readers give of sources over tensors whose elements are their own indices.</summary>
public sealed class ElementReadersTests : IDisposable
{
    private static readonly long[] Shape = [3, 4, 6, 5];

    private readonly SmallModels models = new();
    private readonly InputFiles files;

    public ElementReadersTests()
    {
        models.Model("a", ("w", DType.F32, Shape, Indices<float>(360)), ("n", DType.I64, Shape, Indices<long>(360)), ("d", DType.F64, Shape, Indices<double>(360)));
        files = new(models.Plan(MethodCatalogue.Default.Find("linear")!, each: new() { ["weight"] = 1 }));
    }

    /// <summary>Each source with the index in the stored tensor of each of its elements, by the place on each of its axes.</summary>
    public static TheoryData<string> Sources => [.. Cases.Keys];

    private static Dictionary<string, SourceCase> Cases => new()
    {
        ["the whole"] = new(whole => whole, at => Index(at[0], at[1], at[2], at[3])),
        ["a cut of the first axis"] = new(whole => new Cut(whole, [2, 4, 6, 5]), at => Index(at[0], at[1], at[2], at[3])),
        ["a cut of all axes"] = new(whole => new Cut(whole, [2, 3, 5, 4]), at => Index(at[0], at[1], at[2], at[3])),
        ["a cut of an inner axis"] = new(whole => new Cut(whole, [3, 4, 2, 5]), at => Index(at[0], at[1], at[2], at[3])),
        ["rows from one on"] = new(whole => Slice.RowsFrom(1, whole), at => Index(at[0] + 1, at[1], at[2], at[3])),
        ["a part of an inner axis"] = new(whole => new Slice(whole, 2, 1, 3), at => Index(at[0], at[1], at[2] + 1, at[3])),
        ["every second place of an inner axis"] = new(whole => new Slice(whole, 2, 1, 3, 2), at => Index(at[0], at[1], (2 * at[2]) + 1, at[3])),
        ["every second place of the last axis"] = new(whole => new Slice(whole, 3, 0, 3, 2), at => Index(at[0], at[1], at[2], 2 * at[3])),
        ["a stack of slices along the first axis"] = new(
            whole => new Stack([new Slice(whole, 0, 1, 2), new Slice(whole, 0, 0, 2)], 0, "stack"), at => Index(at[1] + (at[0] == 0 ? 1 : 0), at[2], at[3], at[4])),
        ["a stack along the last axis"] = new(
            whole => new Stack([new Slice(whole, 3, 4, 1), new Slice(whole, 3, 1, 1)], 4, "stack"), at => Index(at[0], at[1], at[2], at[4] == 0 ? 4 : 1)),
        ["an axis split in two"] = new(whole => new Reshape(whole, [3, 2, 2, 6, 5]), at => Index(at[0], (2 * at[1]) + at[2], at[3], at[4])),
        ["a place of a split axis"] = new(whole => new Reshape(new Slice(new Reshape(whole, [6, 2, 6, 5]), 0, 3, 1), [2, 30]), at => Index(1, 2 + at[0], at[1] / 5, at[1] % 5)),
        ["a reshaped stack"] = new(
            whole => new Reshape(new Stack([new Slice(whole, 0, 1, 1), new Slice(whole, 0, 0, 1)], 0, "stack"), [2, 4, 6, 5]), at => Index(1 - at[0], at[1], at[2], at[3])),
        ["the last two axes swapped"] = new(whole => new Transpose(whole, [0, 1, 3, 2]), at => Index(at[0], at[1], at[3], at[2])),
        ["all axes in another order"] = new(whole => new Transpose(whole, [2, 0, 3, 1]), at => Index(at[1], at[3], at[0], at[2])),
        ["the first axis last"] = new(whole => new Transpose(whole, [1, 2, 3, 0]), at => Index(at[3], at[0], at[1], at[2])),
        ["no axis moved"] = new(whole => new Transpose(whole, [0, 1, 2, 3]), at => Index(at[0], at[1], at[2], at[3])),
        ["a transposed slice"] = new(whole => new Transpose(new Slice(whole, 3, 1, 2, 3), [0, 1, 3, 2]), at => Index(at[0], at[1], at[3], (3 * at[2]) + 1)),
        ["a transposed stack"] = new(
            whole => new Transpose(new Stack([new Slice(whole, 0, 1, 1), new Slice(whole, 0, 2, 1)], 1, "stack"), [0, 1, 4, 3, 2]), at => Index(at[1] + 1, at[4], at[3], at[2])),
        ["a slice of a transposed cut"] = new(whole => new Slice(new Transpose(new Cut(whole, [3, 4, 6, 3]), [3, 1, 2, 0]), 0, 2, 1), at => Index(at[3], at[1], at[2], 2)),
        ["rows in another order"] = new(whole => new Rows([whole], Map(map => { map.Add(new(0, 2)); map.Add(new(0, 0)); map.Add(new(0, 1)); map.Add(new(0, 2)); })), at => Index(new long[] { 2, 0, 1, 2 }[at[0]], at[1], at[2], at[3])),
        ["rows of two sources and zeros"] = new(
            whole => new Rows([whole, new Slice(whole, 0, 1, 2)], Map(map => { map.Add(new(1, 1)); map.AddZeros(); map.Add(new(0, 0)); map.Add(new(1, 0)); })),
            at => at[0] == 1 ? 0 : Index(new long[] { 2, 0, 0, 1 }[at[0]], at[1], at[2], at[3])),
    };

    public void Dispose()
    {
        files.Dispose();
        models.Dispose();
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Every_range_of_a_source_has_the_elements_that_its_definition_says(string name)
    {
        var (make, index) = Cases[name];
        var source = make(Whole("w"));
        var expected = All(source.Shape).Select(at => (float)index(at)).ToArray();

        Assert.Equal(expected.Length, source.ElementCount);
        foreach (var step in new[] { 1, 7, 50, expected.Length })
        {
            Assert.Equal(expected, Read<float>(source, ElementForm.Single, step));
        }

        Assert.Equal(expected.Select(value => (double)value), Read<double>(source, ElementForm.Double, 11));
        Assert.Equal(expected.Select(value => (double)value), Read<double>(make(Whole("d")), ElementForm.Double, 11));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Integers_keep_their_bits(string name)
    {
        var (make, index) = Cases[name];
        var source = make(Whole("n"));

        Assert.True(source.IsAsStored);
        Assert.Equal(All(source.Shape).Select(at => (long)index(at)), Read<long>(source, ElementForm.Stored, 13));
    }

    [Fact]
    public void Panels_and_pieces_join_without_a_seam()
    {
        // more than a piece in a run, more than a panel in a block
        const int Rows = 700, Columns = 1600;
        models.Model("b", ("m", DType.F32, [2, Rows, Columns], Indices<float>(2 * Rows * Columns)));
        var source = new Transpose(models.Input(1, "m", ResolvedParameters.Empty).Source, [0, 2, 1]);
        using var input = new InputFiles(models.Plan([Copy(source)]));
        var read = new float[source.ElementCount];

        new ElementReaders(input, new()).Open(source).Read(0, read.Length, MemoryMarshal.AsBytes(read.AsSpan()), ElementForm.Single);

        for (var i = 0; i < read.Length; i++)
        {
            var (block, row, column) = (i / (Rows * Columns), i % Rows, i / Rows % Columns);
            Assert.Equal((block * Rows * Columns) + (row * Columns) + column, read[i]);
        }
    }

    [Fact]
    public void Means_of_rows_and_of_all_rows_are_taken_in_float64()
    {
        var source = new MeanPadded(new Rows([Whole("w"), Whole("d")], Map(map => { map.AddMean([new(0, 0), new(1, 1), new(0, 1)]); map.Add(new(0, 2)); })), 4);

        var read = Read<float>(source, ElementForm.Single, 50);

        Assert.Equal([4, 4, 6, 5], source.Shape);
        for (var i = 0; i < 120; i++)
        {
            var mean = (i + (i + 120) + (i + 120)) / 3d;
            Assert.Equal((float)mean, read[i]);
            Assert.Equal(i + 240, read[i + 120]);
            Assert.Equal((float)((mean + i + 240) / 2), read[i + 240]);
            Assert.Equal(read[i + 240], read[i + 360]);
        }

        Assert.Equal(read[77], Read<double>(source, ElementForm.Double, 7)[77], 1e-4);
        Assert.False(source.IsAsStored);
    }

    [Fact]
    public void Every_kind_of_source_can_be_read() => Assert.Equivalent(
        typeof(TensorSource).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(TensorSource))), ElementReaders.Kinds, strict: true);

    [Fact]
    public void A_source_reads_the_stored_tensors_that_it_names_and_holds_what_it_must()
    {
        var transposed = new Transpose(new Stack([Whole("w"), new Cut(Whole("w"), [3, 4, 6, 5])], 0, "stack"), [0, 1, 2, 4, 3]);

        Assert.Equal(["w", "w"], transposed.Reads.Select(stored => stored.Name));
        Assert.Equal("stack", transposed.Name);
        Assert.Equal((30 * sizeof(float)) + (30 * sizeof(double)), transposed.HeldBytes);
        Assert.Equal("transpose(stack(w, cut(w, [3, 4, 6, 5]), axis 0), [0, 1, 2, 4, 3])", transposed.ToString());
    }

    private Stored Whole(string name) => (Stored)models.Input(0, name, ResolvedParameters.Empty).Source;

    private T[] Read<T>(TensorSource source, ElementForm form, int step)
        where T : unmanaged
    {
        var reader = new ElementReaders(files, new()).Open(source);
        var read = new T[source.ElementCount];
        for (var start = 0; start < read.Length; start += step)
        {
            var count = Math.Min(step, read.Length - start);
            reader.Read(start, count, MemoryMarshal.AsBytes(read.AsSpan(start, count)), form);
        }

        reader.Finish();
        return read;
    }

    private static RowMap Map(Action<RowMap.Builder> add)
    {
        var map = new RowMap.Builder();
        add(map);
        return map.Build();
    }

    private static TensorJob Copy(TensorSource source) => new()
    {
        Name = "copy",
        DType = source.DType,
        Shape = source.Shape,
        Parameters = ResolvedParameters.Empty,
        Inputs = [new(source, ResolvedParameters.Empty)],
        Seed = 0,
        Digest = "",
    };

    private static float Index(long a, long b, long c, long d) => (((((a * 4) + b) * 6) + c) * 5) + d;

    private static IEnumerable<long[]> All(IReadOnlyList<long> shape) => shape.Aggregate(
        (IEnumerable<long[]>)[[]], (places, dimension) => places.SelectMany(place => Enumerable.Range(0, (int)dimension).Select(next => (long[])[.. place, next])));

    private static byte[] Indices<T>(int count)
        where T : unmanaged, System.Numerics.INumber<T> =>
        MemoryMarshal.AsBytes(Enumerable.Range(0, count).Select(T.CreateChecked).ToArray().AsSpan()).ToArray();

    private sealed record SourceCase(Func<TensorSource, TensorSource> Make, Func<long[], float> Index);
}
