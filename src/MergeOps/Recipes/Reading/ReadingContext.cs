using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>What every part of the reading shares: the text, the catalogue, and what was found on the way.</summary>
internal sealed class ReadingContext(SourceText source, string folder, RecipeCatalogue catalogue, bool isLocked, DiagnosticBag diagnostics)
{
    /// <summary>The text.</summary>
    public SourceText Source => source;

    /// <summary>The absolute folder of the recipe.</summary>
    public string Folder { get; } = folder;

    /// <summary>Where the paths of local models start: the recipe's folder, unless the recipe is a published one.</summary>
    public string ModelsFolder { get; init; } = folder;

    /// <summary>What a recipe may name.</summary>
    public RecipeCatalogue Catalogue => catalogue;

    /// <summary>The methods whose names and parameters are known.</summary>
    public MethodCatalogue Methods => catalogue.Methods;

    /// <summary>The parameters of all methods by name.</summary>
    public ILookup<string, ParameterDeclaration> AnyMethodsParameters { get; } =
        catalogue.Methods.Methods.SelectMany(method => method.Parameters).ToLookup(parameter => parameter.Name, StringComparer.Ordinal);

    /// <summary>Whether a lock lies beside the recipe, which pins every revision.</summary>
    public bool IsLocked => isLocked;

    /// <summary>The names of the recipes of the text, where it holds several: each is a model that others may use.</summary>
    public ImmutableSortedSet<string> Stages { get; init; } = [];

    /// <summary>Whether the recipe lies beside the model that it made: the data of its evaluation need not be there.</summary>
    public bool IsPublished { get; init; }

    /// <summary>The blocks of this kind of file, among which a misplaced key finds its home.</summary>
    public ImmutableArray<BlockDeclaration> Blocks { get; init; } = catalogue.Blocks;

    /// <summary>A block of a recipe with all of its keys, those of plug-ins too.</summary>
    public BlockDeclaration Complete(BlockDeclaration block) => Blocks.First(complete => complete.Name == block.Name);

    /// <summary>Every finding so far.</summary>
    public DiagnosticBag Diagnostics => diagnostics;

    /// <summary>The recipe's method, or the one that a misspelled name means; null when there is none, and nothing can be checked against it.</summary>
    public MergeMethod? Method { get; set; }

    /// <summary>Whether a value had to be left out, so that a check of the whole would mistake that for the author's omission.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Whether all of <c>evaluate</c> could be read, so that gates can be held against it.</summary>
    public bool EvaluationIsWhole { get; set; } = true;

    /// <summary>Whether all of <c>search</c> could be read, so that what it gives is not missed elsewhere.</summary>
    public bool SearchIsWhole { get; set; } = true;

    /// <summary>Whether a base model is named that is none.</summary>
    public bool BaseModelWasRefused { get; set; }

    /// <summary>The number of models read so far, in all modules and slices.</summary>
    public int InputCount { get; set; }

    /// <summary>Reads a part on which the check of the rest does not depend: what is left out in it hides nothing elsewhere.</summary>
    /// <param name="read">Reads the part.</param>
    /// <param name="isWhole">Whether nothing was left out in it.</param>
    public T Apart<T>(Func<T> read, out bool isWhole)
    {
        var before = IsIncomplete;
        IsIncomplete = false;
        var part = read();
        isWhole = !IsIncomplete;
        IsIncomplete = before;
        return part;
    }

    /// <summary>Parameters that the recipe's method does not have and other methods do, at each place.</summary>
    public List<Located<string>> OfOtherMethods { get; } = [];

    /// <summary>The place of a node.</summary>
    public SourceSpan SpanOf(YamlNode node) => TextOfNode(node).Span(node.Start, node.End);

    /// <summary>The place of a node's first character.</summary>
    public SourceSpan StartOf(YamlNode node) => TextOfNode(node).Span(node.Start, node.Start);

    /// <summary>The place of a part of a scalar, as far as the text shows it as it is; else the place of the whole.</summary>
    public SourceSpan SpanOf(YamlScalar scalar, int offset, int length)
    {
        var quote = scalar.End - scalar.Start - scalar.Text.Length == 2 ? 1 : 0;
        var start = scalar.Start + quote;
        var written = TextOfNode(scalar);
        return written.Text.AsSpan(Math.Min(start, scalar.End), scalar.End - Math.Min(start, scalar.End)).StartsWith(scalar.Text, StringComparison.Ordinal)
            ? written.Span(start + offset, start + offset + length)
            : SpanOf(scalar);
    }

    /// <summary>A value as the author wrote it, for corrected lines; an ellipsis when it takes more than one line.</summary>
    public string TextOf(YamlNode node)
    {
        var text = TextOfNode(node).Text[node.Start..node.End].Trim();
        return text.AsSpan().ContainsAny('\r', '\n') ? "…" : TerminalText.Escape(text);
    }

    /// <summary>A value with its place.</summary>
    public Located<T> Locate<T>(T value, YamlNode node) => new(value, SpanOf(node));

    /// <summary>Adds an error that leaves the recipe as it can be read.</summary>
    public void Error(DiagnosticCode code, string detail, SourceSpan span) => diagnostics.Error(code, detail, span);

    /// <summary>Adds an error that leaves the recipe as it can be read.</summary>
    public void Error(DiagnosticCode code, string detail, YamlNode node) => Error(code, detail, SpanOf(node));

    /// <summary>Adds an error for what is understood but not implemented; the value counts as read.</summary>
    public void NotImplemented(string detail, YamlNode node) => Error(Codes.NotImplemented, detail, node);

    /// <summary>Adds an error that leaves a value out.</summary>
    public void Refuse(DiagnosticCode code, string detail, YamlNode node) => Refuse(code, detail, SpanOf(node));

    /// <summary>Adds an error that leaves a value out.</summary>
    public void Refuse(DiagnosticCode code, string detail, SourceSpan span)
    {
        IsIncomplete = true;
        Error(code, detail, span);
    }

    private SourceText TextOfNode(YamlNode node) => node.Source ?? source;
}
