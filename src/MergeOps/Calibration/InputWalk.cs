using System.Collections.Immutable;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Methods.Contract;
using static TorchSharp.torch;

namespace MergeOps.Calibration;

/// <summary>
/// Grams and activations of a model: the sequences go through it layer by layer, and the states between two layers lie on disk.
/// A batch holds sequences of similar length; which ones depends on their lengths alone.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="examples">What it reads.</param>
/// <param name="kind">Gram or activation.</param>
/// <param name="folder">Where states and parts lie.</param>
/// <param name="maxMemory">Bytes that weights and sums may take.</param>
/// <param name="cancellation">Stops between two batches.</param>
internal sealed class InputWalk(
    ILayeredModel model, ImmutableArray<CalibrationExample> examples, StatisticKind kind, string folder, long maxMemory, CancellationToken cancellation)
{
    private readonly ImmutableArray<CalibrationSequence> sequences = [.. examples.SelectMany(example => example.Sequences)];

    /// <summary>The steps, one for each layer.</summary>
    public IReadOnlyList<MeasureStep> Steps()
    {
        var batches = TokenRows.Batches(sequences);
        var lengths = sequences.Select(sequence => sequence.Inputs.Length).ToList();
        var hasHead = Opened(() => model.Head((_, _, _) => { }) is not null);
        List<MeasureStep> steps = [new("embedding", [], [States(0)], null, Embed)];
        for (var layer = 0; layer < model.Layers; layer++)
        {
            var index = layer;
            steps.Add(new($"layer {index}", [States(index)], index + 1 < model.Layers || hasHead ? [States(index + 1)] : [], Part(index), advanced => Layer(index, advanced)));
        }

        if (hasHead)
        {
            steps.Add(new("head", [States(model.Layers)], [], Part(model.Layers), Head));
        }

        return steps;

        PartContents? Embed(Action<double> advanced)
        {
            using var noGradient = no_grad();
            using var states = StateFile.Create(PathOf(States(0)), lengths, model.HiddenSize);
            Each(advanced, batch => states.Write(batch, model.Embedded(batch)));
            return null;
        }

        PartContents Layer(int index, Action<double> advanced)
        {
            var isRead = index + 1 < model.Layers || hasHead;
            using var noGradient = no_grad();
            using var opened = NewDisposeScope();
            using var before = StateFile.Open(PathOf(States(index)), lengths, model.HiddenSize);
            using var after = isRead ? StateFile.Create(PathOf(States(index + 1)), lengths, model.HiddenSize) : null;
            using var sums = new InputSums(kind, maxMemory - model.BytesOfLayer);
            using var part = new PartFile(PathOf(Part(index)));
            var forward = model.Layer(index, sums.Observe);
            Pass(isFirst: true);
            while (sums.IsLeft)
            {
                sums.Write(part, AllTokens);
                Pass(isFirst: false);
            }

            sums.Write(part, AllTokens);
            return part.Contents;

            void Pass(bool isFirst) => Each(advanced, batch =>
            {
                sums.Begin(batch);
                var states = forward(before.Read(batch), batch);
                if (isFirst)
                {
                    after?.Write(batch, states);
                }
            });
        }

        PartContents Head(Action<double> advanced)
        {
            using var noGradient = no_grad();
            using var opened = NewDisposeScope();
            using var before = StateFile.Open(PathOf(States(model.Layers)), lengths, model.HiddenSize);
            using var sums = new InputSums(kind, maxMemory);
            using var part = new PartFile(PathOf(Part(model.Layers)));
            var forward = model.Head(sums.Observe)!;
            Each(advanced, batch =>
            {
                sums.Begin(batch);
                forward(before.Read(batch));
            });
            sums.Write(part, AllTokens);
            return part.Contents;
        }

        void Each(Action<double> advanced, Action<TokenRows> work)
        {
            foreach (var (number, batch) in batches.Index())
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                work(batch);
                advanced((number + 1.0) / batches.Count);
            }
        }
    }

    private long AllTokens => sequences.Sum(sequence => (long)sequence.Inputs.Length);

    private string PathOf(string file) => Path.Combine(folder, file);

    private static string States(int layer) => FormattableString.Invariant($"states-{layer}");

    private static string Part(int layer) => FormattableString.Invariant($"part-{layer}");

    private static T Opened<T>(Func<T> look)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        return look();
    }
}
