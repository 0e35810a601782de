using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs.Lora;

/// <summary><c>mergeops lora extract MODEL --base BASE</c>.</summary>
internal sealed class LoraExtractVerb : Verb
{
    private const int JsonVersion = 1;
    private const int UsualRank = 32;
    private const int LargestRank = 1 << 16;

    private readonly Argument<string> model = new("MODEL") { Description = "The fine-tuned model: a folder, or owner/name[@rev]" };
    private readonly Option<string?> origin = Inputs.Text("--base", "BASE", "The model that it was fine-tuned from");
    private readonly Option<int?> rank = Inputs.Count("--rank", "The largest rank of the factors (default: 32)", 1, LargestRank);
    private readonly Option<string[]> save = new("--save-module") { HelpName = "NAME", Description = "A module to write whole, such as norm", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> output = Inputs.Text("--out", "FILE", "Where to write the recipe (default: stdout)");

    /// <summary>Creates the verb.</summary>
    public LoraExtractVerb()
        : base("extract", VerbGroup.Step, "Write the recipe that makes an adapter of a fine-tuned model")
    {
        origin.Required = true;
        Add(model);
        Add(origin);
        Add(rank);
        Add(save);
        Add(output);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["lora extract owner/tuned --base owner/base --out recipes/lora.yml"];

    /// <inheritdoc/>
    public override string Remarks => """
        Writes only the recipe, for you to change; lock and merge it like any
        other. Local paths in it are relative to its folder, or on stdout to this one.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var file = arguments.GetValue(output);
        var found = new DiagnosticBag();
        var written = ExtractLora.Run(
            new(arguments.GetRequiredValue(model), arguments.GetRequiredValue(origin)!, arguments.GetValue(rank) ?? UsualRank, arguments.GetValue(save) ?? []), file, found);
        screen.Report(found);
        if (written is not null)
        {
            Write(written, file, screen);
        }

        return Task.FromResult(ExitCode.Of(found));
    }

    private static void Write(string text, string? file, Screen screen)
    {
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WriteString("recipe", file);
                json.WriteString("text", text);
            });
        }
        else if (file is null)
        {
            screen.Out.Write(text);
        }
        else
        {
            screen.Out.WriteLine(file);
        }
    }
}
