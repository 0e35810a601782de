using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Tensors;

namespace MergeOps.Pipeline;

/// <summary>A recipe read from its file: the starting point for programs that merge with this library.</summary>
public sealed class RecipeFile
{
    private readonly HostEnvironment environment;
    private readonly RecipeWithData read;

    private RecipeFile(HostEnvironment environment, string path, RecipeWithData read)
    {
        this.environment = environment;
        this.read = read;
        Path = path;
        Findings = [.. read.Found];
    }

    /// <summary>The file, as the caller named it.</summary>
    public string Path { get; }

    /// <summary>Every mistake in the recipe and in the small files beside it, and what is worth knowing, in the order of its lines.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    /// <summary>Whether any finding is an error: then the recipe cannot be planned.</summary>
    public bool HasErrors => read.Recipe is null;

    /// <summary>Reads a recipe, its tasks and its texts; never the network, never a model's file.</summary>
    /// <param name="path">A YAML file, or one of its variants as <c>FILE#VARIANT</c>; a relative path starts at the current folder.</param>
    /// <param name="methods">The merge methods that the recipe may name; null for those of this library.</param>
    /// <returns>The recipe, also where it has mistakes: see <see cref="HasErrors"/>. A missing file counts as a mistake.</returns>
    public static RecipeFile Read(string path, MethodCatalogue? methods = null) => Read(HostEnvironment.OfThisProcess(), path, methods);

    /// <summary>The same in a given environment.</summary>
    internal static RecipeFile Read(HostEnvironment environment, string path, MethodCatalogue? methods) =>
        new(environment, path, ReadRecipe.WithData(path, methods: methods));

    /// <summary>
    /// Decides everything before the first weight is read: from the recipe, its lock if one lies beside it, and the headers of
    /// its models; and foresees whether its gates can be measured. Models on the Hugging Face Hub must be locked (<c>mergeops lock</c>).
    /// </summary>
    /// <returns>The plan, also where it has mistakes: see <see cref="RecipePlan.HasErrors"/>.</returns>
    /// <exception cref="InvalidOperationException">The recipe has errors.</exception>
    /// <exception cref="MergeOpsException">A model changed while it was being read.</exception>
    public RecipePlan Plan()
    {
        if (HasErrors)
        {
            throw new InvalidOperationException($"{Path} has errors: see {nameof(Findings)}.");
        }

        DiagnosticBag found = [.. Findings];
        var planned = PlanRecipe.Run(environment, read, found);
        return new RecipePlan(environment, planned, [.. found.Except(Findings)]);
    }
}
