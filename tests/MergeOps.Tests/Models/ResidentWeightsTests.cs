using MergeOps.Architectures.Decoders;
using MergeOps.Models;
using MergeOps.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Models;

/// <summary>However much of a model stays in memory, what it computes is the same.</summary>
public sealed class ResidentWeightsTests
{
    public ResidentWeightsTests() => TorchRuntime.EnsureLoaded();

    [Theory]
    [InlineData(0)]
    [InlineData(4000)]
    [InlineData(long.MaxValue)]
    public void A_budget_changes_how_often_weights_are_read_and_nothing_else(long budget)
    {
        var model = TinyModel.Random(3);
        var sizes = DecoderTensors.Of(model.Shape).ToDictionary(tensor => tensor.Name, tensor => ScoringSupport.BytesOf([tensor], Arithmetic.Usual), StringComparer.Ordinal);
        var counted = new Counted(model.Weights);
        using var resident = new DecoderModel(model.Shape, new ResidentWeights(counted, sizes, budget));
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var ids = tensor(new long[] { 256, 104, 105 }).view(1, -1);

        var expected = model.Logits(model.States(ids)).data<float>().ToArray();
        for (var pass = 0; pass < 3; pass++)
        {
            using var ofPass = NewDisposeScope();
            Assert.Equal(expected, resident.Logits(resident.States(ids)).data<float>().ToArray());
        }

        Assert.InRange(counted.Bytes(sizes), budget == 0 ? 3 * sizes.Values.Sum() : sizes.Values.Sum(), budget == long.MaxValue ? sizes.Values.Sum() : (3 * sizes.Values.Sum()) - (2 * Math.Min(budget, 2000)));
    }

    private sealed class Counted(IModelWeights weights) : IModelWeights
    {
        private readonly List<string> asked = [];

        public Device Device => weights.Device;

        public ScalarType Type => weights.Type;

        public bool AreKept => false;

        public long Bytes(Dictionary<string, long> sizes) => asked.Sum(name => sizes[name]);

        public Tensor Whole(string name)
        {
            asked.Add(name);
            return weights.Whole(name).clone();
        }

        public Tensor Rows(string name, long first, long count) => weights.Rows(name, first, count);

        public Tensor RowsAt(string name, Tensor numbers) => weights.RowsAt(name, numbers);

        public void Dispose() => weights.Dispose();
    }
}
