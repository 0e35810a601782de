using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Reading;
using MergeOps.Sources;
using MergeOps.Tokenizers;
using MergeOps.Tokenizers.ChatTemplates;

namespace MergeOps.Planning;

/// <summary>What <c>chat_template</c> of a recipe stands for.</summary>
internal static partial class ChatTemplateChoice
{
    private const string Sample =
        """{"messages": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Good day"}], "bos_token": "<s>", "eos_token": "</s>", "add_generation_prompt": false}""";

    /// <summary>The text of the output's template; null keeps that of the model that gives the tokenizer.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="models">The metadata of every model, in the recipe's order.</param>
    /// <param name="giver">Index of the model that gives the tokenizer.</param>
    /// <param name="vocabulary">The output's tokens; null where they are not known.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    public static string? Of(Recipe recipe, ImmutableArray<ModelMetadata> models, int giver, Vocabulary? vocabulary, DiagnosticBag diagnostics)
    {
        var template = Chosen(recipe, models, giver, diagnostics);
        if (template is null || vocabulary is null)
        {
            return template;
        }

        var missing = Marker().Matches(template).Select(match => match.Value).Distinct(StringComparer.Ordinal).Where(marker => vocabulary.IdOf(marker) is null).ToList();
        if (missing.Count > 0)
        {
            diagnostics.Warning(
                Codes.TemplateMarkersMissing,
                $"The template writes {string.Join(", ", missing.Select(TerminalText.Quoted))}, and the output's tokenizer has no such {(missing.Count == 1 ? "token: it is" : "tokens: they are")} split into pieces that no model was trained on as a marker. Use the tokenizer of a model that has {(missing.Count == 1 ? "it" : "them")} ('tokenizer_source'), or a template whose markers are tokens.",
                recipe.ChatTemplate!.Span);
        }

        return template;
    }

    // what is written like a mark of a turn; names that a template puts together are not seen
    [GeneratedRegex(@"<\|[A-Za-z0-9_.-]+\|>|\[\|[A-Za-z0-9_.-]+\|\]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marker();

    private static string? Chosen(Recipe recipe, ImmutableArray<ModelMetadata> models, int giver, DiagnosticBag diagnostics)
    {
        if (recipe.ChatTemplate is not { } wanted)
        {
            return null;
        }

        if (!models[giver].Companions.Any(CompanionFiles.IsTokenizer))
        {
            diagnostics.Error(
                Codes.TokenizerNotMade,
                $"{models[giver].Model.Value} has no tokenizer that a chat template could belong to. Name a model that has one with 'tokenizer_source', or leave 'chat_template' out.",
                wanted.Span);
            return null;
        }

        if (wanted.Value == TokenizerReader.AutoTemplate)
        {
            return MostCommon(recipe, models, giver, wanted.Span, diagnostics);
        }

        var template = BuiltInTemplates.Find(wanted.Value) ?? wanted.Value;
        try
        {
            using var sample = JsonDocument.Parse(Sample);
            ChatTemplate.Parse(template, recipe.Path).Render(sample.RootElement.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, TemplateJson.Value(member.Value))), DateTime.UnixEpoch);
        }
        catch (MergeOpsException fault)
        {
            diagnostics.Warning(fault.Diagnostic.Code, $"{fault.Diagnostic.Detail} So it is for a question with its answer; try the template in transformers before you publish it.", wanted.Span);
        }

        return template;
    }

    // of templates that equally many have the first one counts, in the order of the models
    private static string? MostCommon(Recipe recipe, ImmutableArray<ModelMetadata> models, int giver, SourceSpan span, DiagnosticBag diagnostics)
    {
        var chosen = models
            .Where(metadata => DigestOf(metadata) is not null)
            .GroupBy(DigestOf, StringComparer.Ordinal)
            .MaxBy(alike => alike.Count());
        if (chosen is null || chosen.Key == DigestOf(models[giver]))
        {
            return null;
        }

        if (chosen.Select(metadata => metadata.Vocabulary!.ChatTemplate).FirstOrDefault(text => text is not null) is { } text)
        {
            return text;
        }

        diagnostics.Error(
            Codes.LockDisagrees, $"The lock does not hold the chat template of {chosen.First().Model.Value}, which most of the models have. Run `mergeops lock {recipe.Path}`.", span);
        return null;
    }

    private static string? DigestOf(ModelMetadata metadata) =>
        metadata.Vocabulary?.Parts.Digests.GetValueOrDefault(TokenizerParts.ChatTemplate) is { } digest && digest != TokenizerParts.Absent ? digest : null;
}
