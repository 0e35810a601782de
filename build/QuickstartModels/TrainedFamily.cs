using MergeOps.Models;

namespace QuickstartModels;

/// <summary>A base and its experts, one for each task, trained from one seed.</summary>
internal sealed class TrainedFamily : IDisposable
{
    private readonly DecoderModel origin;
    private readonly DecoderModel[] experts;

    private TrainedFamily(DecoderModel origin, DecoderModel[] experts)
    {
        this.origin = origin;
        this.experts = experts;
    }

    /// <summary>Trains the base, then every expert on a copy of it.</summary>
    public static TrainedFamily Of(int seed, Action<string> report)
    {
        var origin = Training.Base(seed, report);
        return new TrainedFamily(
            origin,
            [.. SkillTask.All.Index().Select(task => Training.Expert(origin, task.Item, (100 * seed) + task.Index, report))]);
    }

    /// <summary>Each trained model with what its folder is called.</summary>
    public IEnumerable<(string Name, DecoderModel Model)> Members =>
        SkillTask.All.Zip(experts, (task, expert) => (task.Name, expert)).Prepend(("base", origin));

    /// <summary>Task arithmetic over all experts; a weight of one third is their plain average.</summary>
    public Measurement Merged(double lambda, ItemSplit split, string text)
    {
        using var merged = Family.Merged(origin, experts, lambda);
        return Measurement.Of(merged, split, text);
    }

    public void Dispose()
    {
        origin.Dispose();
        Array.ForEach(experts, expert => expert.Dispose());
    }
}
