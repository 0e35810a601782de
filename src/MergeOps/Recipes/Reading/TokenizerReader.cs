using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;
using MergeOps.Tokenizers;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>tokenizer_source</c>, <c>tokenizer</c> and <c>chat_template</c>.</summary>
internal sealed class TokenizerReader(ReadingContext context)
{
    private const string Union = "union";
    private const string Base = "base";

    /// <summary>The chat template that most models have.</summary>
    public const string AutoTemplate = "auto";

    /// <summary>mergekit takes shorter texts for the name of a template.</summary>
    private const int ShortestTemplate = 20;

    // rows of other numbers than processors like have no use
    private const long HighestMultiple = 1 << 20;

    private const long HighestId = (1 << 24) - 1;

    private static readonly string[] Templates = [AutoTemplate, .. BuiltInTemplates.Names];

    private static readonly string[] OtherTokenKeys = ["model", "token", "token_id"];

    private readonly ModelReferenceReader models = new(context);

    /// <summary>Whether a source takes the tokens of all models.</summary>
    public static bool IsUnion(string source) => source is Union;

    /// <summary>Whether a source is a rule and not a model.</summary>
    public static bool IsRule(string source) => source is Union or Base;

    /// <summary>The tokenizer; null when the recipe does not say.</summary>
    public TokenizerSettings? Read(Block top)
    {
        var source = top.Find("tokenizer_source");
        var settings = top.Find("tokenizer");
        if (source is not null && settings is not null)
        {
            var (first, second) = source.Start < settings.Start ? ("tokenizer_source", "tokenizer") : ("tokenizer", "tokenizer_source");
            var line = context.SpanOf(top.KeyOf(first)!).Line;
            context.Refuse(Codes.KeysExclusive, $"'{second}' and '{first}' (line {line}) mean the same. Keep one.", top.KeyOf(second)!);
            return null;
        }

        if (source is not null)
        {
            return Source(source) is { } legacy ? new(legacy, null, [], legacy.Span) : null;
        }

        return settings is not null && Block.Open(settings, RecipeKeys.Tokenizer, context) is { } block ? Settings(block) : null;
    }

    /// <summary>The chat template; null when the recipe does not say.</summary>
    public Located<string>? ReadChatTemplate(YamlNode? node)
    {
        if (node is null)
        {
            return null;
        }

        if (node is not YamlScalar scalar)
        {
            context.Refuse(Codes.ValueMalformed, $"'chat_template' must be text, found {ValueReader.Describe(node)}.", node);
            return null;
        }

        if (Templates.Contains(scalar.Text, StringComparer.Ordinal) || (scalar.Text.Length >= ShortestTemplate && scalar.Text.Contains('{', StringComparison.Ordinal)))
        {
            return context.Locate(scalar.Text, node);
        }

        context.Refuse(
            Codes.ValueMalformed,
            $"{TerminalText.Quoted(scalar.Text)} is not a chat template. Use {string.Join(", ", Templates)}, or the text of a Jinja template.{NearestName.Suggestion(scalar.Text, Templates)}",
            node);
        return null;
    }

    private TokenizerSettings Settings(Block block) => new(
        block.Find("source") is { } node && Source(node) is { } source ? source : new(Union, block.Span),
        ValueReader.Whole(block.Find("pad_to_multiple_of"), "pad_to_multiple_of", 1L, HighestMultiple, context),
        [.. ListReader.ReadMap(block.Find("tokens"), "tokens", RecipeKeys.Token, context).Select(token => Token(token.Name, token.Block)).OfType<TokenSettings>()],
        block.Span);

    private Located<string>? Source(YamlNode node) => node is YamlScalar { Text: Union or Base } rule
        ? context.Locate(rule.Text, node)
        : models.Read(node) is { } model ? new(model.Value.ToString(), model.Span) : null;

    private TokenSettings? Token(Located<string> text, Block block)
    {
        if (text.Value.Length == 0)
        {
            context.Refuse(Codes.ValueMalformed, "A token must be non-empty text.", text.Span);
            return null;
        }

        var isForced = block.Find("force") is { } force && ValueReader.Flag(force, "force", context) == true;
        return new(
            text,
            block.Find("source") switch
            {
                null => null,
                YamlMapping mapping when mapping.Entries.Any(entry => entry.Key.Text == "kind") => RowSource(Block.Open(mapping, RecipeKeys.TokenSource, context)!),
                { } node => models.Read(node) is { } model ? new(model, null, null, model.Span) : null,
            },
            isForced);
    }

    private TokenRowSource? RowSource(Block source)
    {
        var kind = ValueReader.Line(source.Require("kind"), "kind", context);
        switch (kind?.Value)
        {
            case null:
                return null;
            case "zero":
                if (OtherTokenKeys.Select(source.KeyOf).FirstOrDefault(key => key is not null) is { } unused)
                {
                    context.Refuse(Codes.KeysExclusive, $"A row of zeros has no '{unused.Text}'.", unused);
                }

                return new(null, null, null, source.Span);
            case "model_token":
                var model = models.Read(source.Require("model"));
                var token = source.Find("token") is { } text ? ValueReader.Text(text, "token", context) : null;
                var id = ValueReader.Whole(source.Find("token_id"), "token_id", 0L, HighestId, context);
                if (source.Find("token") is null == source.Find("token_id") is null)
                {
                    context.Refuse(Codes.KeysExclusive, "A model_token names exactly one of 'token' and 'token_id'.", source.Span);
                }

                return model is null ? null : new(model, token?.Value, id?.Value, source.Span);
            default:
                context.Refuse(Codes.NameUnknown, $"'kind' is zero or model_token, found {TerminalText.Quoted(kind.Value)}.", kind.Span);
                return null;
        }
    }
}
