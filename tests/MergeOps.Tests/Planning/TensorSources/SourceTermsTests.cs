using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Methods.Contract;
using MergeOps.Planning;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Recipes.Explaining;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.Planning.TensorSources;

/// <summary>
/// The terms of every kind of source in the digests of jobs: the text that is hashed, written out, and each decision of a
/// source moved by itself. A kind or a decision that is missing here fails the tests.
/// </summary>
public sealed class SourceTermsTests
{
    private static readonly ImmutableArray<PlannedModel> Models = [Model("a", 'a'), Model("b", 'b')];

    /// <summary>One source of each kind, what its digest hashes of it, and others that differ from it in one decision.</summary>
    private static readonly Dictionary<string, (TensorSource Source, string Terms, TensorSource[] Others)> Samples = new()
    {
        ["Stored"] = (W(), Text(W()), [W("v"), W(owner: 1), W(dtype: DType.F16), W(shape: [6, 4])]),
        ["Cut"] = (
            In(new Cut(W(), [2, 3])),
            $$"""{"reshape":{"cut":{{Text(W())}},"shape":[2,3]},"shape":[6]}""",
            [In(new Cut(W("v"), [2, 3])), In(new Cut(W(), [3, 2]))]),
        ["Slice"] = (
            new Slice(W(), 1, 0, 2, 2),
            $$"""{"axis":1,"count":2,"slice":{{Text(W())}},"start":0,"step":2}""",
            [new Slice(W("v"), 1, 0, 2, 2), new Slice(W(), 0, 0, 2, 2), new Slice(W(), 1, 1, 2, 2), new Slice(W(), 1, 0, 1, 2), new Slice(W(), 1, 0, 2, 1)]),
        ["Stack"] = (
            new Stack([W(), W("v")], 1, "s"),
            $$"""{"axis":1,"stack":[{{Text(W())}},{{Text(W("v"))}}]}""",
            [new Stack([W("v"), W()], 1, "s"), new Stack([W()], 1, "s"), new Stack([W(), W("v")], 0, "s")]),
        ["Reshape"] = (
            new Reshape(W(), [24]),
            $$"""{"reshape":{{Text(W())}},"shape":[24]}""",
            [new Reshape(W("v"), [24]), new Reshape(W(), [2, 12])]),
        ["Transpose"] = (
            new Transpose(W(), [1, 0]),
            $$"""{"axes":[1,0],"transpose":{{Text(W())}}}""",
            [new Transpose(W("v"), [1, 0]), new Transpose(W(), [0, 1])]),
        ["MeanPadded"] = (
            new MeanPadded(W(), 6),
            $$"""{"padded":{{Text(W())}},"rows":6}""",
            [new MeanPadded(W("v"), 6), new MeanPadded(W(), 7)]),
        ["Rows"] = (
            new Rows([W(), W("v")], Map([new(0, 0)], [new(1, 1)], [], [new(0, 1), new(1, 0)])),
            $$"""{"map":"{{Sha256("0 1 0:0\n1 1 1:1\n2 1 -1:0\n3 mean 0:1 1:0\n")}}","rows":[{{Text(W())}},{{Text(W("v"))}}]}""",
            [
                new Rows([W("v"), W()], Map([new(0, 0)], [new(1, 1)], [], [new(0, 1), new(1, 0)])),
                new Rows([W(), W("v")], Map([new(0, 0)], [new(1, 2)], [], [new(0, 1), new(1, 0)])),
                new Rows([W(), W("v")], Map([new(0, 0)], [new(0, 1)], [], [new(0, 1), new(1, 0)])),
                new Rows([W(), W("v")], Map([new(0, 0)], [new(1, 1)], [new(0, 3)], [new(0, 1), new(1, 0)])),
                new Rows([W(), W("v")], Map([new(0, 0)], [new(1, 1)], [], [new(0, 1), new(1, 1)])),
                new Rows([W(), W("v")], Map([new(0, 0)], [new(1, 1)], [])),
            ]),
        ["ScaledBlocks"] = (
            new ScaledBlocks(Small(), Scales(), 2, 3),
            $$"""{"block":[2,3],"scaled":{{Text(Small())}},"scales":{{Text(Scales())}}}""",
            [
                new ScaledBlocks(Small("v"), Scales(), 2, 3),
                new ScaledBlocks(Small(dtype: DType.F8_E5M2), Scales(), 2, 3),
                new ScaledBlocks(Small(), Scales("v"), 2, 3),
                new ScaledBlocks(Small(), Scales(dtype: DType.BF16), 2, 3),
                new ScaledBlocks(Small(), Scales(), 3, 3),
                new ScaledBlocks(Small(), Scales(), 2, 2),
            ]),
        ["PackedFp4"] = (
            new PackedFp4(Packed(), Powers(), "m"),
            $$"""{"mxfp4":{{Text(Packed())}},"scales":{{Text(Powers())}}}""",
            [new PackedFp4(Packed("v"), Powers(), "m"), new PackedFp4(Packed(), Powers("v"), "m"), new PackedFp4(Packed(owner: 1), Powers(), "m"), new PackedFp4(Packed(), Powers(owner: 1), "m")]),
        ["LowRank"] = (
            Adapted(),
            $$"""{"alpha":{{Text(Alpha())}},"byColumn":false,"left":{{Text(Left())}},"lowRank":{{Text(W())}},"magnitude":{{Text(Lengths())}},"right":{{Text(Right())}},"scale":"0.5"}""",
            [
                Adapted(weight: W("v")),
                Adapted(left: Left("v")),
                Adapted(right: Right("v")),
                Adapted(scale: 0.25),
                Adapted() with { Alpha = Alpha("v") },
                Adapted() with { Alpha = null },
                Adapted() with { Magnitude = Lengths("v") },
                Adapted() with { Magnitude = null },
                Adapted() with { IsByColumn = true },
            ]),
        ["CoreMatrix"] = (
            Core(0, Adapted(), Adapted(scale: 0.25)),
            $$"""{"core":[{"change":{{Changed("0.5")}},"own":true},{"change":{{Changed("0.25")}},"own":false}]}""",
            [Core(1, Adapted(), Adapted(scale: 0.25)), Core(0, Adapted(), Adapted()), Core(0, Adapted(left: Left("v")), Adapted(scale: 0.25)), Core(0, Adapted())]),
        ["Zeros"] = (new Zeros([4, 6], 0, "w"), """{"zeros":[4,6]}""", [new Zeros([6, 4], 0, "w")]),
        ["Drawn"] = (
            Random(),
            """{"drawn":"normal","scale":"1","seed":3,"shape":[2,6],"tensor":"gate"}""",
            [
                Random() with { Drawing = Distribution.Uniform },
                Random() with { Drawing = Distribution.Zeros },
                Random() with { Scale = 2 },
                Random() with { Seed = 4 },
                new Drawn(Distribution.Normal, 1, 3, "other", 0, DType.BF16, [2, 6]),
                new Drawn(Distribution.Normal, 1, 3, "gate", 0, DType.BF16, [3, 6]),
            ]),
        ["PromptRows"] = (
            new PromptRows(W(), [new([new(1, 2)], [new(0, 1)])], "gate"),
            $$"""{"promptRows":{{Text(W())}},"prompts":[{"negative":[[0,1]],"positive":[[1,2]]}]}""",
            [
                new PromptRows(W("v"), [new([new(1, 2)], [new(0, 1)])], "gate"),
                new PromptRows(W(), [new([new(1, 1)], [new(0, 1)])], "gate"),
                new PromptRows(W(), [new([new(2, 2)], [new(0, 1)])], "gate"),
                new PromptRows(W(), [new([new(1, 2)], [])], "gate"),
                new PromptRows(W(), [new([new(1, 2)], [new(0, 1)]), new([new(1, 2)], [new(0, 1)])], "gate"),
            ]),
        ["UnitRows"] = (
            new UnitRows(W(), DType.BF16),
            $$"""{"unitRows":{{Text(W())}}}""",
            [new UnitRows(W("v"), DType.BF16), new UnitRows(W(owner: 1), DType.BF16)]),
        ["StageResult"] = (
            Result(Made(W())),
            $$"""{"dtype":"BF16","result":"{{Made(W()).Digest}}","shape":[4,6],"tensor":"w"}""",
            [Result(Made(W("v"))), Result(Made(W(owner: 1))), Result(Made(W(), DType.F32))]),
    };

    public static TheoryData<string> Kinds => [.. Samples.Keys];

    [Fact]
    public void Every_kind_of_source_is_here() => Assert.Equal(
        typeof(TensorSource).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(TensorSource))).Select(type => type.Name).Order(StringComparer.Ordinal),
        Samples.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_source_is_known_by_its_decisions_written_out(string kind)
    {
        var terms = Samples[kind].Source.Terms(stored => new string(stored.Owner == 0 ? 'a' : 'b', 64));

        Assert.Equal(Samples[kind].Terms, terms.ReplaceLineEndings("").Replace(" ", "", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_decision_of_a_source_moves_the_digest_of_its_job(string kind)
    {
        var (source, _, others) = Samples[kind];

        Assert.Distinct(others.Prepend(source).Select(DigestOf));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_explanation_leads_from_every_source_to_the_tensors_that_it_reads(string kind)
    {
        var source = Samples[kind].Source;

        Assert.Equal(source.Reads.Select(stored => (Models[stored.Owner].Reference.Path, stored.Tensor.Name)), Leaves(source.Explain(owner => Models[owner].Reference.Path)));

        static IEnumerable<(string, string)> Leaves(ExplainedElements elements) =>
            elements is { Parts.IsEmpty: true, Tensor: null } ? []
            : elements.Parts.IsEmpty ? [(elements.Model!, elements.Tensor!)] : elements.Parts.SelectMany(part => Leaves(part.Elements));
    }

    private static string DigestOf(TensorSource source) => PlanDigest.Of(
        new TensorJob
        {
            Name = "w",
            DType = DType.BF16,
            Shape = [1],
            Parameters = ResolvedParameters.Empty,
            Inputs = [new(source, ResolvedParameters.Empty)],
            Seed = 0,
            Digest = "",
        },
        new(Models));

    // a cut at the top is told by the output's shape, which the job has
    private static Reshape In(Cut cut) => new(cut, [cut.ElementCount]);

    // of each row the places that it is made of: none for zeros, several for their mean
    private static RowMap Map(params ImmutableArray<RowPlace>[] rows)
    {
        var map = new RowMap.Builder();
        foreach (var places in rows)
        {
            switch (places)
            {
                case []:
                    map.AddZeros();
                    break;
                case [var only]:
                    map.Add(only);
                    break;
                default:
                    map.AddMean(places);
                    break;
            }
        }

        return map.Build();
    }

    private static LowRank Adapted(TensorSource? weight = null, TensorSource? left = null, TensorSource? right = null, double scale = 0.5) =>
        new(weight ?? W(), left ?? Left(), right ?? Right(), scale) { Alpha = Alpha(), Magnitude = Lengths() };

    // adapters one to a model, of the weight that all of them change
    private static CoreMatrix Core(int owner, params LowRank[] changes) => new(new([.. changes.Select((change, model) => new CoreFactor(model, change))]), owner, "w");

    private static string Changed(string scale) =>
        $$"""{"alpha":{{Text(Alpha())}},"byColumn":false,"left":{{Text(Left())}},"magnitude":{{Text(Lengths())}},"right":{{Text(Right())}},"scale":"{{scale}}"}""";

    private static Drawn Random() => new(Distribution.Normal, 1, 3, "gate", 0, DType.BF16, [2, 6]);

    private static StageResult Result(TensorJob job) => new(0, "first", job);

    private static TensorJob Made(Stored source, DType dtype = DType.BF16)
    {
        var job = new TensorJob
        {
            Name = "w",
            DType = dtype,
            Shape = source.Shape,
            Parameters = ResolvedParameters.Empty,
            Inputs = [new(source, ResolvedParameters.Empty)],
            Seed = 0,
            Digest = "",
        };
        return job with { Digest = PlanDigest.Of(job, new(Models)) };
    }

    private static Stored W(string name = "w", int owner = 0, DType dtype = DType.BF16, long[]? shape = null) => new(owner, new(name, dtype, [.. shape ?? [4, 6]], "f", 0, 0));

    private static Stored Small(string name = "p", DType dtype = DType.F8_E4M3) => W(name, 0, dtype);

    private static Stored Scales(string name = "s", DType dtype = DType.F32) => W(name, 0, dtype, [2, 2]);

    private static Stored Packed(string name = "p", int owner = 0) => W(name, owner, DType.U8, [2, 1, 16]);

    private static Stored Powers(string name = "s", int owner = 0) => W(name, owner, DType.F8_E8M0, [2, 1]);

    private static Stored Left(string name = "l") => W(name, 1, DType.F32, [4, 2]);

    private static Stored Right(string name = "r") => W(name, 1, DType.F32, [2, 6]);

    private static Stored Alpha(string name = "alpha") => W(name, 1, DType.F32, []);

    private static Stored Lengths(string name = "m") => W(name, 1, DType.F32, [4]);

    private static string Text(Stored stored) =>
        $$"""{"dtype":"{{stored.DType}}","file":"{{new string(stored.Owner == 0 ? 'a' : 'b', 64)}}","shape":[{{string.Join(',', stored.Shape)}}],"tensor":"{{stored.Tensor.Name}}"}""";

    private static PlannedModel Model(string name, char digit) => new(
        new ModelReference(name),
        new Checkpoint("/models", [new CheckpointFile("f", 1, "header")], TensorMap<TensorInfo>.Empty),
        ImmutableSortedDictionary<string, BlobDigest?>.Empty.Add("f", new BlobDigest(DigestKind.Sha256, new string(digit, 64))));

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
}
