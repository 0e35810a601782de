using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using MergeOps.Planning;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Merging.Writing;

/// <summary>How much a tensor changed, and how much of that an adapter lacks: Frobenius norms.</summary>
/// <param name="Change">The norm of merged minus base.</param>
/// <param name="Error">The norm of what is missing of it, rounding included.</param>
internal sealed record ManifestChange(double Change, double Error)
{
    /// <summary>The text that a journal keeps of it.</summary>
    [JsonIgnore]
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Change:R}/{Error:R}");

    /// <summary>Reads that text; null when it is none.</summary>
    public static ManifestChange? Parse(string? text) => text?.Split('/') is [var change, var error]
        && double.TryParse(change, NumberStyles.Float, CultureInfo.InvariantCulture, out var first)
        && double.TryParse(error, NumberStyles.Float, CultureInfo.InvariantCulture, out var second) ? new(first, second) : null;

    /// <summary>Of several tensors together.</summary>
    public static ManifestChange Of(IEnumerable<ManifestChange> all)
    {
        var (change, error) = (0.0, 0.0);
        foreach (var one in all)
        {
            (change, error) = (change + (one.Change * one.Change), error + (one.Error * one.Error));
        }

        return new(Rounded(Math.Sqrt(change)), Rounded(Math.Sqrt(error)));
    }

    /// <summary>A norm with as many digits as do not depend on how the sum was taken.</summary>
    public static double Rounded(double norm) => double.Parse(norm.ToString("E8", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>The share that is missing; 0 where nothing changed.</summary>
    [JsonIgnore]
    public double RelativeError => Change > 0 ? Rounded(Error / Change) : 0;
}

/// <summary>What an adapter holds and what is lost.</summary>
/// <param name="Rank">The largest rank of its factors.</param>
/// <param name="Alpha">lora_alpha.</param>
/// <param name="Space">Where the changes were merged.</param>
/// <param name="Change">The norm of all changes, what is left out and what is held whole included.</param>
/// <param name="Error">The norm of all that is missing.</param>
/// <param name="RelativeError">The second by the first.</param>
/// <param name="Modules">Each module with factors.</param>
/// <param name="LeftOut">Each tensor that differs from the base's and that the adapter holds nothing of.</param>
internal sealed record ManifestAdapter(
    int Rank,
    double Alpha,
    string Space,
    double Change,
    double Error,
    double RelativeError,
    ImmutableSortedDictionary<string, ManifestChange> Modules,
    ImmutableSortedDictionary<string, ManifestChange> LeftOut)
{
    /// <summary>Each tensor that differs from the base's and that the adapter holds whole.</summary>
    public ImmutableSortedDictionary<string, ManifestChange> Whole { get; init; } = ImmutableSortedDictionary<string, ManifestChange>.Empty;

    /// <summary>The account of a plan that was carried out.</summary>
    /// <param name="plan">What makes the output an adapter.</param>
    /// <param name="modules">Each module with factors.</param>
    /// <param name="measured">The norm of the change of each tensor without factors.</param>
    public static ManifestAdapter Of(LoraPlan plan, ImmutableSortedDictionary<string, ManifestChange> modules, ImmutableSortedDictionary<string, double> measured)
    {
        var (lost, whole) = (Changed(plan.LeftOut, isLost: true), Changed(plan.Whole, isLost: false));
        var all = ManifestChange.Of(modules.Values.Concat(lost.Values).Concat(whole.Values));
        return new(plan.Rank, plan.Alpha, plan.IsCore ? LoraSpaces.Core : LoraSpaces.Full, all.Change, all.Error, all.RelativeError, modules, lost) { Whole = whole };

        ImmutableSortedDictionary<string, ManifestChange> Changed(ImmutableArray<TensorJob> jobs, bool isLost) => jobs
            .Where(job => measured[job.Name] > 0)
            .ToImmutableSortedDictionary(job => job.Name, job => new ManifestChange(measured[job.Name], isLost ? measured[job.Name] : 0), StringComparer.Ordinal);
    }
}
