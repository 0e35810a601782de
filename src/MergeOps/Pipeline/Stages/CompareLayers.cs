using System.Collections.Immutable;
using System.Text.Json;
using MergeOps.Analysis;
using MergeOps.Analysis.Audits;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Sources;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>Finds the layers of a model among those of candidates that have other layers than it.</summary>
/// <param name="environment">Variables, folders and the time.</param>
/// <param name="observer">Hears of the stages.</param>
/// <param name="cancellation">Stops.</param>
internal sealed class CompareLayers(HostEnvironment environment, IStageObserver observer, CancellationToken cancellation)
{
    /// <summary>Finds them; null where a model cannot be planned.</summary>
    /// <param name="names">The model, then the candidates, as a recipe writes them.</param>
    /// <param name="folder">Takes files for the while.</param>
    /// <param name="hub">Where models lie.</param>
    /// <exception cref="MergeOpsException">A model cannot be read.</exception>
    public async Task<ImmutableArray<AuditedLayer>?> RunAsync(IReadOnlyList<string> names, string folder, HubConnection hub)
    {
        List<IReadOnlyDictionary<string, SampledEntries>> read = [];
        var files = new SampledFiles(Path.Combine(folder, "layers"));

        // all are read at the same places, wherever they lie
        var sampling = names.All(name => Path.Exists(name)) ? LayerOrigins.Sampling : LayerOrigins.Sampling.OverNetwork();
        foreach (var (index, name) in names.Index())
        {
            var path = Path.Combine(folder, $"layers-{index}.yml");
            await File.WriteAllTextAsync(path, $"merge_method: passthrough\nmodels:\n  - model: {JsonSerializer.Serialize(name)}\n", cancellation);
            var (recipe, found) = ReadRecipe.Run(path);
            var isRemote = recipe is not null && ReferencedModels.PartsOf(recipe).Any(part => LocalModels.Locate(part.Model, recipe.ModelsFolder) is null);
            var locked = isRemote ? await RecipeLock.WriteAsync(environment, [recipe!], new LockRequest(), hub, found, cancellation) : null;
            if (recipe is null || PlanMerge.Run(environment, recipe, locked, found) is not { } planned)
            {
                return null;
            }

            var plan = AnalysisPlan.OfJobs(planned.Plan, planned.Plan.Jobs.ToDictionary(job => job.Name, job => job.Shape, StringComparer.Ordinal));
            var (fetched, _) = await new FetchSample(environment, plan, sampling, observer, cancellation).RunAsync(files);
            read.Add(LayerOrigins.Read(fetched, sampling));
        }

        return new LayerOrigins(ArchitectureRules.Usual).Find(read[0], [.. read.Skip(1)]);
    }
}
