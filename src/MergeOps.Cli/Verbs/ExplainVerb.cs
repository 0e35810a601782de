using System.CommandLine;
using System.Text.RegularExpressions;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Verbs;
using MergeOps.Recipes.Explaining;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops explain RECIPE [TENSOR]</c>, and <c>mergeops explain CODE</c>.</summary>
internal sealed partial class ExplainVerb : Verb
{
    private readonly RecipeInputs recipe = new();
    private readonly Argument<string?> tensor = new("TENSOR")
    {
        Description = "Name of an output tensor, or part of it (default: every tensor)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Creates the verb.</summary>
    public ExplainVerb()
        : base("explain", VerbGroup.Look, "Show where a tensor comes from, or what a code such as MOPS118 means")
    {
        recipe.AddTo(this, "The recipe's file, or a code such as MOPS118");
        Add(tensor);
        recipe.AddVariantTo(this);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["explain recipes/quickstart.yml q_proj", "explain recipes/quickstart.yml model.norm.weight --format json", "explain MOPS118"];

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation) =>
        Code().IsMatch(recipe.NameIn(arguments)) && !File.Exists(recipe.NameIn(arguments))
            ? Task.FromResult(ExplainCode(recipe.NameIn(arguments).ToUpperInvariant(), screen))
            : recipe.EachAsync(arguments, screen, ofOne: null, (path, _, screen) => Task.FromResult(Explain(path, arguments, screen)));

    private static int ExplainCode(string named, Screen screen)
    {
        if (Codes.ById.GetValueOrDefault(named) is not { } code || CodePage.Find(code) is not { } page)
        {
            screen.Report([Diagnostic.Error(Codes.UsageMistake, $"There is no code {named}.{NearestName.Suggestion(named, Codes.ById.Keys)}")]);
            return ExitCode.Usage;
        }

        if (screen.IsForMachines)
        {
            CodeJson.Write(page, screen.Out);
        }
        else
        {
            screen.Out.Write(page.Text);
        }

        return ExitCode.Done;
    }

    private int Explain(string path, ParseResult arguments, Screen screen)
    {
        var (explanations, found) = ExplainRecipe.Run(screen.Environment, path, arguments.GetValue(tensor));
        screen.Report(found);
        if (!found.HasErrors)
        {
            if (screen.IsForMachines)
            {
                ExplanationJson.Write(explanations, screen.Out);
            }
            else
            {
                ExplanationText.Write(explanations, screen.Out);
            }
        }

        return ExitCode.Of(found);
    }

    [GeneratedRegex(@"\AMOPS[0-9]+\z", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Code();
}
