using System.CommandLine;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Methods.Contract;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops methods [NAME]</c>.</summary>
internal sealed class MethodsVerb : LocalVerb
{
    private readonly Argument<string?> name = new("NAME")
    {
        Description = "A merge method or post-processor (default: list all)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Creates the verb.</summary>
    public MethodsVerb()
        : base("methods", VerbGroup.Look, "List the merge methods, or show the page of one")
    {
        name.CompletionSources.Add(_ => MethodCatalogue.Default.Names);
        Add(name);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["methods", "methods ties"];

    /// <inheritdoc/>
    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        var catalogue = MethodCatalogue.Default;
        var wanted = arguments.GetValue(name);
        var found = wanted is null ? null : catalogue.Find(wanted);
        var post = wanted is null ? null : MethodCatalogue.PostProcessors.FirstOrDefault(processor => processor.Name == wanted);
        if (wanted is not null && found is null && post is null)
        {
            screen.Report([UsageMistakes.UnknownName("merge method", wanted, catalogue.Names.Concat(MethodCatalogue.PostProcessors.Select(processor => processor.Name)))]);
            return ExitCode.Usage;
        }

        if (screen.IsForMachines)
        {
            MethodJson.Write(wanted is null ? catalogue.Methods : found is null ? [] : [found], wanted is null ? MethodCatalogue.PostProcessors : post is null ? [] : [post], screen.Out);
        }
        else if (post is not null)
        {
            screen.Out.Write(MethodPage.Of(post));
        }
        else if (found is null)
        {
            Columns.Write(
                [
                    .. catalogue.Methods.Select(method => new[] { method.Name, method.Summary }),
                    .. MethodCatalogue.PostProcessors.Select(processor => new[] { processor.Name, $"post: {processor.Summary}" }),
                ],
                screen.Out);
        }
        else
        {
            screen.Out.Write(MethodPage.Of(found));
        }

        return ExitCode.Done;
    }
}
