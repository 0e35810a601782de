using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Architectures.Lora;
using MergeOps.Methods.Contract;
using MergeOps.Planning.TensorSources;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>Collects the modules that an adapter holds whole.</summary>
/// <param name="rules">What tensors are told by.</param>
/// <param name="origin">The base's tensors by the names that the output has for them.</param>
/// <param name="space">Tells what differs from the base.</param>
/// <param name="tying">What follows from a base whose embedding is its output head.</param>
/// <param name="merged">The jobs of the merged model.</param>
internal sealed class LoraSavedModules(
    ArchitectureRules rules, TensorMap<TensorSource> origin, CoreSpace space, LoraTying tying, ImmutableArray<TensorJob> merged)
{
    private readonly List<TensorJob> jobs = [];
    private readonly List<TensorJob> measured = [];
    private readonly SortedSet<string> modules = new(StringComparer.Ordinal);

    /// <summary>The tensors by their names in the adapter, without its number type and without digests.</summary>
    public IReadOnlyList<TensorJob> Jobs => jobs;

    /// <summary>The merged tensors that differ from the base's, compared with it as far as the shapes allow.</summary>
    public IReadOnlyList<TensorJob> Measured => measured;

    /// <summary>The modules.</summary>
    public IReadOnlySet<string> Modules => modules;

    /// <summary>Takes a tensor; gives the reason where an adapter cannot hold it whole.</summary>
    /// <param name="job">Its job in the merged model.</param>
    /// <param name="module">Its module.</param>
    /// <param name="own">The base's tensor, or null.</param>
    public string? Add(TensorJob job, string module, TensorSource? own)
    {
        if (tying.IsTiedTokens(job.Name, job.Shape) && !tying.SavesBoth)
        {
            return tying.Why(job.Name);
        }

        // a tied head of the base is its embedding
        own ??= tying.IsTied && rules.IsHeadMatrix(job.Name) ? origin.FirstOrDefault(entry => rules.RoleOf(entry.Key, entry.Value.Shape) is TensorRole.TokenEmbedding).Value : null;
        if (own is null || !space.IsUnchanged(job, own))
        {
            measured.Add(job with { Compared = own is not null && HasRowsOf(own, job) ? new(own, ResolvedParameters.Empty) : null });
        }

        Take(job, job.Name, module);
        if (tying.IsTied && rules.RoleOf(job.Name, job.Shape) is TensorRole.TokenEmbedding && !merged.Any(other => rules.IsHeadMatrix(other.Name)))
        {
            Take(job, TensorRoles.UsualHead, LoraChoice.ModuleOf(TensorRoles.UsualHead));
        }

        return null;
    }

    private void Take(TensorJob job, string name, string module)
    {
        modules.Add(module);
        jobs.Add(job with { Name = WrittenLora.Prefix + name });
    }

    // rows that the base has too come first, as those of a longer vocabulary do
    private static bool HasRowsOf(TensorSource own, TensorJob job) =>
        own.Shape.SequenceEqual(job.Shape) || (own.Shape is [var rows, .. var row] && job.Shape is [var all, .. var one] && rows < all && row.SequenceEqual(one));
}
