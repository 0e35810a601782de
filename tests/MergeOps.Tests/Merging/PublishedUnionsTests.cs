using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MergeOps.Merging;
using MergeOps.Sources.Headers;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Merging;

/// <summary>Unions of published recipes as they stand, on small models: each has words in common with the others and a token of its own.</summary>
public sealed partial class PublishedUnionsTests : PlanningTests
{
    private static readonly string[] Words = ["the", "quick", "brown", "fox"];

    [Theory]
    [InlineData("007")]
    [InlineData("016")]
    [InlineData("035")]
    [InlineData("037")]
    [InlineData("038")]
    [InlineData("055")]
    [InlineData("075")]
    [InlineData("082")]
    public void Every_token_of_every_model_has_its_row(string number)
    {
        var path = Path.Combine(Repository.Shared, "recipes", "published", $"{number}.yml");
        Assert.SkipUnless(File.Exists(path), $"{path} is not there");
        var yaml = File.ReadAllText(path);
        var layers = LayerRange().Match(yaml) is { Success: true } range ? int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture) : 2;
        var models = ModelName().Matches(yaml).Select(match => match.Groups[1].Value).Distinct().ToList();
        foreach (var (place, model) in models.Index())
        {
            var tokens = new TokenModels(Models);
            tokens.Add(place + 1, model, TokenizerFixture.Json(Words, "<s>", Own(place)), layers: layers);
            Models.File(model, "tokenizer_config.json", """{ "chat_template": "{{ messages[0]['content'] }}" }""");
        }

        var output = Path.Combine(Models.Path, "out");
        MergeEngine.Run(Plan(yaml), new MergeOptions { Output = output }, null, TestContext.Current.CancellationToken);

        var vocabulary = new KnownVocabularies().In(output)!;
        var embedding = TokenModels.RowsIn(output, "model.embed_tokens.weight");
        Assert.Equal(Words.Length + 1 + models.Count, vocabulary.Count);
        Assert.Equal(vocabulary.Count, embedding.Length);
        Assert.Equal(embedding.Length, (int)JsonNode.Parse(File.ReadAllText(Path.Combine(output, "config.json")))!["vocab_size"]!);
        // methods that take one angle for the whole tensor lengthen a row that all models have, by √2 at most; the rest is rounding to 8 bits
        var longest = yaml.Contains("slerp", StringComparison.Ordinal) || yaml.Contains("karcher", StringComparison.Ordinal) ? 1.42f : 1.01f;
        Assert.All(models.Index(), model => Assert.All(
            TokenModels.Row(model.Index + 1, Own(model.Index)).Zip(embedding[vocabulary.IdOf(Own(model.Index))!.Value]),
            pair => Assert.InRange(pair.Second / pair.First, 0.99f, longest)));
    }

    private static string Own(int model) => $"<|own {model}|>";

    [GeneratedRegex(@"layer_range: \[0, (\d+)\]")]
    private static partial Regex LayerRange();

    [GeneratedRegex(@"^[ -]*(?:base_)?model: (\S+)", RegexOptions.Multiline)]
    private static partial Regex ModelName();
}
