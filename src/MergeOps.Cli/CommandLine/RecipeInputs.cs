using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Recipes;

namespace MergeOps.Cli.CommandLine;

/// <summary>
/// The recipe of a verb that works on one, and which of its variants: a file that has some stands for all of them, one after the
/// other, and where the verb names a folder each has one of its name in it.
/// </summary>
internal sealed class RecipeInputs
{
    private const int JsonVersion = 1;

    private readonly Argument<string> recipe = Inputs.Recipe();
    private readonly Option<string?> variant = Inputs.Text("--variant", "NAME", "One variant of the recipe (default: each of them)");

    /// <summary>Adds the argument to a verb.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="description">What else it may be, for a verb that takes more than recipes.</param>
    public void AddTo(Command verb, string? description = null)
    {
        recipe.Description = description ?? recipe.Description;
        verb.Add(recipe);
    }

    /// <summary>Adds the option to a verb, where its help shows it.</summary>
    public void AddVariantTo(Command verb) => verb.Add(variant);

    /// <summary>What was named, as it was written.</summary>
    public string NameIn(ParseResult arguments) => arguments.GetRequiredValue(recipe);

    /// <summary>Works on the recipe, or on each of its variants; one that fails does not stop the others.</summary>
    /// <param name="arguments">What was given.</param>
    /// <param name="screen">Takes what is said; as JSON the results of several variants stand in one list.</param>
    /// <param name="ofOne">The option that only one variant can have; null when none was given.</param>
    /// <param name="work">Takes a recipe, the folder of its variant ("" where there is one recipe only) and a screen, and gives the exit code.</param>
    /// <returns>The exit code of the first that did not end well, else 0.</returns>
    public async Task<int> EachAsync(ParseResult arguments, Screen screen, string? ofOne, Func<string, string, Screen, Task<int>> work)
    {
        var named = arguments.GetRequiredValue(recipe);
        var chosen = arguments.GetValue(variant);
        IReadOnlyList<string> all = chosen is null ? ReadRecipe.AddressesOf(named) : [new RecipeAddress(RecipeAddress.FileOf(named), chosen).ToString()];
        if (chosen is not null && RecipeAddress.Of(all[0]).Variant != chosen && File.Exists(RecipeAddress.FileOf(named)))
        {
            var known = ReadRecipe.AddressesOf(RecipeAddress.FileOf(named)).Select(address => RecipeAddress.Of(address).Variant).OfType<string>().ToList();
            var variants = known.Count == 0 ? "This recipe has none." : $"The variants are {string.Join(", ", known)}.";
            screen.Report([Diagnostic.Error(Codes.VariantUnknown, $"There is no variant {TerminalText.Quoted(chosen)}. {variants}", SourceSpan.File(RecipeAddress.FileOf(named)))]);
            return ExitCode.Of(Codes.VariantUnknown.Kind);
        }

        if (all is [var only])
        {
            return await work(only, "", screen);
        }

        if (ofOne is not null)
        {
            screen.Report([Diagnostic.Error(Codes.UsageMistake, $"{ofOne} is for one recipe, and {TerminalText.Quoted(named)} has {all.Count} variants. Choose one with --variant, such as {RecipeAddress.Of(all[0]).Variant}, or name {TerminalText.Quoted(all[0])}.")]);
            return ExitCode.Usage;
        }

        var exitCode = ExitCode.Done;
        List<(string Variant, string Result)> results = [];
        foreach (var address in all)
        {
            var name = RecipeAddress.Of(address).Variant!;
            screen.Tell($"{address}:");
            using var result = new StringWriter();
            var ended = await GuardAsync(() => work(address, name, screen.IsForMachines ? screen.ForPart(result) : screen), screen);
            exitCode = exitCode == ExitCode.Done ? ended : exitCode;
            results.Add((name, result.ToString()));
        }

        if (screen.IsForMachines)
        {
            Write(results, screen);
        }

        return exitCode;
    }

    private static async Task<int> GuardAsync(Func<Task<int>> work, Screen screen)
    {
        try
        {
            return await work();
        }
        catch (MergeOpsException failure)
        {
            screen.Report([failure.Diagnostic]);
            return ExitCode.Of(failure.Diagnostic.Code.Kind);
        }
    }

    private static void Write(List<(string Variant, string Result)> results, Screen screen) => JsonOutput.Write(screen.Out, JsonVersion, json =>
    {
        json.WriteStartArray("variants");
        foreach (var (name, result) in results)
        {
            json.WriteStartObject();
            json.WriteString("variant", name);
            json.WritePropertyName("result");
            if (result.Length == 0)
            {
                json.WriteNullValue();
            }
            else
            {
                using var parsed = JsonDocument.Parse(result);
                parsed.RootElement.WriteTo(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
