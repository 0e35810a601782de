using MergeOps.Methods.Contract;
using MergeOps.Methods.Operators;
using TorchSharp;

namespace MergeOps.Methods.TaskVectors;

/// <summary>One model's difference from the base, as sparse as its sparsifier makes it.</summary>
internal sealed class TaskVector(ITensorInputs inputs, int model, double weight, ISparsifier? sparsifier)
{
    private readonly IDifferences differences = inputs.Operators<IDifferences>();

    /// <summary>The model's index.</summary>
    public int Model => model;

    /// <summary>The model's weight.</summary>
    public double Weight => weight;

    /// <summary>What makes it sparse, or null.</summary>
    public ISparsifier? Sparsifier => sparsifier;

    /// <summary>The factor that makes up for the dropped entries.</summary>
    public double Rescale { get; set; } = 1;

    /// <summary>Whether the sparsifier needs (another) scan.</summary>
    public bool NeedsScan => sparsifier is { NeedsScan: true };

    /// <summary>Whether that scan may be a sample.</summary>
    public bool NeedsSample => sparsifier is { NeedsSample: true };

    /// <summary>Shows sparsifiers the inputs as often as they need it.</summary>
    public static void Look(ITensorInputs inputs, TaskVector[] vectors)
    {
        while (vectors.Any(vector => vector.NeedsScan))
        {
            // all vectors are as long as each other, so all begin with a sample or none
            Action<Action<Tile>> look = vectors.Any(vector => vector.NeedsSample) ? inputs.Sample : inputs.Scan;
            look(tile => Array.ForEach(vectors, vector => vector.Observe(tile)));
            Array.ForEach(vectors, vector => vector.EndScan());
        }
    }

    /// <summary>The difference, all entries, in the model's own buffer.</summary>
    public torch.Tensor Dense(Tile tile)
    {
        var delta = tile.Models[model];
        differences.Subtract(delta, tile.Base);
        return delta;
    }

    /// <summary>The difference without the dropped entries, in the model's own buffer.</summary>
    public torch.Tensor Of(Tile tile)
    {
        var delta = Dense(tile);
        sparsifier?.Drop(delta, tile.Start);
        return delta;
    }

    /// <summary>Shows the sparsifier one tile.</summary>
    public void Observe(Tile tile)
    {
        if (NeedsScan)
        {
            sparsifier!.Observe(Dense(tile));
        }
    }

    /// <summary>Ends a scan.</summary>
    public void EndScan()
    {
        if (NeedsScan)
        {
            sparsifier!.EndScan();
        }
    }
}
