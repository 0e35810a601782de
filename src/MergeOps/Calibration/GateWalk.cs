using System.Collections.Immutable;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Methods.Operators;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;
using static TorchSharp.torch;

namespace MergeOps.Calibration;

/// <summary>
/// The states of a mixture's prompts that go into each layer of its base, as mergekit-moe takes them: of each row of the router the
/// mean over the prompts for it less the mean over those against it. Prompts go through the model one by one, so that nothing fills
/// them up.
/// </summary>
/// <param name="model">The base.</param>
/// <param name="examples">The prompts.</param>
/// <param name="data">Which row each of them is for.</param>
/// <param name="folder">Where states and parts lie.</param>
/// <param name="cancellation">Stops between two prompts.</param>
internal sealed class GateWalk(ILayeredModel model, ImmutableArray<CalibrationExample> examples, CalibrationData data, string folder, CancellationToken cancellation)
{
    private readonly ImmutableArray<CalibrationSequence> prompts = [.. examples.Select(example => example.Sequences[0])];
    private readonly ImmutableArray<GateItem> items = [.. data.Items.Cast<GateItem>()];
    private readonly GateRows rows = data.Gates!;

    /// <summary>The steps, one for each layer.</summary>
    public IReadOnlyList<MeasureStep> Steps()
    {
        var lengths = prompts.Select(prompt => prompt.Inputs.Length).ToList();
        List<MeasureStep> steps = [new("embedding", [], [States(0)], null, Embed)];
        for (var layer = 0; layer < model.Layers; layer++)
        {
            var index = layer;
            steps.Add(new($"layer {index}", [States(index)], index + 1 < model.Layers ? [States(index + 1)] : [], Part(index), advanced => Layer(index, advanced)));
        }

        return steps;

        PartContents? Embed(Action<double> advanced)
        {
            using var states = StateFile.Create(PathOf(States(0)), lengths, model.HiddenSize);
            Each(advanced, prompt => states.Write(prompt, model.Embedded(prompt)));
            return null;
        }

        PartContents Layer(int index, Action<double> advanced)
        {
            using var opened = NewDisposeScope();
            using var before = StateFile.Open(PathOf(States(index)), lengths, model.HiddenSize);
            using var after = index + 1 < model.Layers ? StateFile.Create(PathOf(States(index + 1)), lengths, model.HiddenSize) : null;
            using var part = new PartFile(PathOf(Part(index)));
            var sums = zeros([rows.Experts + rows.Shared, model.HiddenSize], dtype: ScalarType.Float64);
            using var noGradient = no_grad();
            var forward = after is null ? null : model.Layer(index, (_, _, _) => { });
            Each(advanced, prompt =>
            {
                var states = before.Read(prompt);
                var item = items[prompt.Numbers[0]];
                var own = states[0].to(ScalarType.Float64);
                var state = rows.IsMean ? own.mean([0L]) : own[-1];
                var share = (item.IsAgainst ? -1.0 : 1.0) / items.Count(other => other.Row == item.Row && other.IsAgainst == item.IsAgainst);
                sums[item.Row].add_(state, Scalars.Of(share));
                after?.Write(prompt, forward!(states, prompt));
            });
            Add(GateTensors.OfExperts(index), 0, rows.Experts);
            if (rows.Shared > 0)
            {
                Add(GateTensors.OfShared(index), rows.Experts, rows.Shared);
            }

            return part.Contents;

            void Add(string name, int first, int count) => part.Add(new(name, DType.F32, [count, model.HiddenSize]), sums.narrow(0, first, count));
        }

        void Each(Action<double> advanced, Action<TokenRows> work)
        {
            using var noGradient = no_grad();
            for (var number = 0; number < prompts.Length; number++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                work(TokenRows.Of(number, prompts[number]));
                advanced((number + 1.0) / prompts.Length);
            }
        }
    }

    private string PathOf(string file) => Path.Combine(folder, file);

    private static string States(int layer) => FormattableString.Invariant($"states-{layer}");

    private static string Part(int layer) => FormattableString.Invariant($"part-{layer}");
}
