using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.GitHub.Events;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Stages;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops matrix [RECIPE...]</c>.</summary>
internal sealed class MatrixVerb : LocalVerb
{
    private const int JsonVersion = 1;

    private readonly Argument<string[]> recipes = Inputs.Recipes(ArgumentArity.ZeroOrMore);

    /// <summary>Creates the verb.</summary>
    public MatrixVerb()
        : base("matrix", VerbGroup.Workflow, "Print the matrix for one job per recipe")
    {
        Add(recipes);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["matrix", "matrix recipes/*.yml"];

    /// <inheritdoc/>
    public override string Remarks => $"""
        One line of JSON for `strategy.matrix`, and in a workflow the output `matrix`.
        Recipes that publish to one place have the same `group`, for `concurrency`.
        At most {WorkflowMatrix.MostJobs} recipes; without a name those of .github/mergeops.yml, else
        recipes/*.yml.
        """;

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var found = new DiagnosticBag();
        IReadOnlyList<string>? named = arguments.GetValue(recipes) is { Length: > 0 } given ? given : RepositorySettings.Find(".", found)?.Recipes;
        if (named is not null)
        {
            var files = RecipeFiles.Named(named);
            foreach (var missing in files.Where(file => !File.Exists(file) && !File.Exists(file[..Math.Max(0, file.LastIndexOf('#'))])))
            {
                found.Error(Codes.RecipeUnreadable, "There is no such file.", SourceSpan.File(missing));
            }

            if (!found.HasErrors)
            {
                var matrix = WorkflowMatrix.Of(NamedRecipes.Each(files), Environment.CurrentDirectory);
                Write(matrix, screen);
                new WorkflowOutputs(screen.Environment).Set(WorkflowOutputs.Matrix, matrix);
            }
        }

        screen.Report(found);
        return ExitCode.Of(found);
    }

    private static void Write(string matrix, Screen screen)
    {
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WritePropertyName("matrix");
                json.WriteRawValue(matrix);
            });
        }
        else
        {
            screen.Out.WriteLine(matrix);
        }
    }
}
