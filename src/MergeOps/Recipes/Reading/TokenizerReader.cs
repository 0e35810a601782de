using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Reading;

/// <summary>Reads <c>tokenizer_source</c>, <c>tokenizer</c> and <c>chat_template</c>.</summary>
internal sealed class TokenizerReader(ReadingContext context)
{
    private const string Union = "union";
    private const string Base = "base";

    /// <summary>mergekit takes shorter texts for the name of a template.</summary>
    private const int ShortestTemplate = 20;

    private readonly ModelReferenceReader models = new(context);

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
            return Source(source) is { } legacy ? new(legacy, null, false, legacy.Span) : null;
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

        switch (scalar.Text)
        {
            case "alpaca" or "exaone" or "llama3" or "mistral":
                context.Refuse(
                    Codes.NotSupported, $"mergekit's built-in template '{scalar.Text}' is not supported. Use auto, chatml, or the template's text.", node);
                return null;
            case var text when text is not ("auto" or "chatml") && (text.Length < ShortestTemplate || !text.Contains('{', StringComparison.Ordinal)):
                context.Refuse(
                    Codes.ValueMalformed,
                    $"{TerminalText.Quoted(text)} is not a chat template. Use auto, chatml, or the text of a Jinja template."
                    + NearestName.Suggestion(text, ["auto", "chatml"]),
                    node);
                return null;
            case var text:
                context.NotImplemented(
                    "'chat_template' is not written yet. Leave it out: the tokenizer's files travel with the template that they have.", node);
                return context.Locate(text, node);
        }
    }

    private TokenizerSettings Settings(Block block)
    {
        var source = block.Find("source") is { } node ? Source(node) : NoteUnion(block.Node);
        var padding = block.Find("pad_to_multiple_of");
        var pad = ValueReader.Whole(padding, "pad_to_multiple_of", 1L, int.MaxValue, context);
        if (pad is not null)
        {
            context.NotImplemented("'pad_to_multiple_of' is not done yet. Leave it out: the embedding keeps its rows.", padding!);
        }

        var tokens = ListReader.ReadMap(block.Find("tokens"), "tokens", RecipeKeys.Token, context).ToList();
        foreach (var (_, token) in tokens)
        {
            Check(token);
        }

        if (tokens.Count > 0)
        {
            context.NotImplemented(
                "Single 'tokens' are not placed yet. Leave them out: each token then has the row that the merge gives it.", block.KeyOf("tokens")!);
        }

        return new(source ?? new(Union, block.Span), pad, tokens.Count > 0, block.Span);
    }

    private Located<string>? Source(YamlNode node) => node switch
    {
        YamlScalar { Text: Union } => NoteUnion(node),
        YamlScalar { Text: Base } => context.Locate(Base, node),
        _ => models.Read(node) is { } model ? new(model.Value.ToString(), model.Span) : null,
    };

    private Located<string> NoteUnion(YamlNode place)
    {
        context.NotImplemented(
            "A union of tokenizers is not built yet. Models that share one tokenizer need none: write 'base', or leave the key out.", place);
        return context.Locate(Union, place);
    }

    private void Check(Block token)
    {
        if (token.Find("force") is { } force)
        {
            _ = ValueReader.Flag(force, "force", context);
        }

        switch (token.Find("source"))
        {
            case YamlMapping mapping when mapping.Entries.Any(entry => entry.Key.Text == "kind"):
                CheckSource(Block.Open(mapping, RecipeKeys.TokenSource, context)!);
                break;
            case { } model:
                _ = models.Read(model);
                break;
        }
    }

    private void CheckSource(Block source)
    {
        var kind = ValueReader.Line(source.Require("kind"), "kind", context);
        if (kind is { Value: not ("zero" or "model_token") } unknown)
        {
            context.Refuse(
                Codes.NameUnknown, $"'kind' is zero or model_token, found {TerminalText.Quoted(unknown.Value)}.", unknown.Span);
        }
        else if (kind is { Value: "model_token" })
        {
            _ = models.Read(source.Require("model"));
            if (source.Find("token") is null == source.Find("token_id") is null)
            {
                context.Refuse(Codes.KeysExclusive, "A model_token names exactly one of 'token' and 'token_id'.", source.Span);
            }
        }
    }
}
