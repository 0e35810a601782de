using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Planning.TensorSources;
using MergeOps.Recipes;
using MergeOps.Recipes.Declarations;

namespace MergeOps.Planning;

/// <summary>Recognizes weights that differ from the base's by factors alone, and turns their merge into one of the factors' cores.</summary>
/// <param name="owners">Whose files are read.</param>
internal sealed class CoreSpace(ImmutableArray<PlannedModel> owners)
{
    /// <summary>Whether an adapter is made by the cores of those that are merged: as the recipe says, else wherever it can.</summary>
    /// <param name="recipe">The recipe; its output is an adapter.</param>
    /// <param name="jobs">The jobs of the merged model.</param>
    public static bool IsChosen(Recipe recipe, IReadOnlyCollection<TensorJob> jobs) => recipe.Output!.Space?.Value switch
    {
        LoraSpaces.Core => true,
        LoraSpaces.Full => false,
        _ => LoraOutputSettings.IsOfAdapters(recipe) && recipe.MergeMethod.Value.MergesTaskVectors && Objection(jobs) is null,
    };

    /// <summary>Why jobs cannot be merged by their cores, to stand before a full stop; null when they can.</summary>
    /// <param name="jobs">The jobs of the merged model.</param>
    public static string? Objection(IReadOnlyCollection<TensorJob> jobs) =>
        jobs.FirstOrDefault(job => job.Read.Any(input => IsRescaled(input.Source))) is { } rescaled
            ? $"{TerminalText.Quoted(rescaled.Name)} has an adapter with lengths of its own (DoRA), whose change has no factors. Write 'space: full', which reads the base"
            : jobs.FirstOrDefault(job => job.Scan is not null) is { } ranked
            ? $"{ranked.MethodName} ranks the changes of the whole model here, which have a different size in the core space. Write 'space: full', or 'scope: tensor'"
            : null;

    /// <summary>Whether two sources have the same elements: those of the same tensors of the same model, whoever has which adapter on top.</summary>
    public bool AreSame(TensorSource one, TensorSource other) => ReferenceEquals(one, other) || Identity(one) == Identity(other);

    /// <summary>Whether a merged tensor is the base's own.</summary>
    public bool IsUnchanged(TensorJob job, TensorSource own) =>
        job.Tail is null && (job.Kind is JobKind.Copy || job.Method!.MergesTaskVectors)
        && job.Inputs.All(input => AreSame(input.Source, own)) && (job.Base is null || AreSame(job.Base.Source, own));

    /// <summary>The changes of the models by their adapters; null where one of them differs from the base in another way.</summary>
    public CoreFactors? FactorsOf(TensorJob job, TensorSource own)
    {
        var factors = ImmutableArray.CreateBuilder<CoreFactor>();
        foreach (var input in job.Inputs)
        {
            var source = input.Source;
            while (source is LowRank { Magnitude: null } changed)
            {
                factors.Add(new(input.Model, changed));
                source = changed.Source;
            }

            if (!AreSame(source, own))
            {
                return null;
            }
        }

        return factors.Count > 0 && job.Tail is null ? new(factors.ToImmutable()) : null;
    }

    /// <summary>The merge of the cores.</summary>
    public static TensorJob Merge(TensorJob job, CoreFactors factors) => job with
    {
        Shape = [factors.Rows, factors.Columns],
        Base = job.Base is { } origin ? origin with { Source = new Zeros([factors.Rows, factors.Columns], origin.Model, origin.Source.Name) } : null,
        Inputs = [.. job.Inputs.Select(input => input with { Source = new CoreMatrix(factors, input.Model, input.Source.Name) })],
        Compared = null,
    };

    private string Identity(TensorSource source) => source.Terms(stored => $"{owners[stored.Owner].Reference.WithoutAdapters}/{stored.Tensor.File}");

    private static bool IsRescaled(TensorSource source) => source is LowRank { Magnitude: not null } || source.Parts.Any(IsRescaled);
}
