using System.Collections.Immutable;
using System.Security.Cryptography;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using MergeOps.Diagnostics;
using MergeOps.Merging.Writing;
using MergeOps.Publishing;
using MergeOps.Publishing.Signing;
using MergeOps.Recipes;
using MergeOps.Sources;
using MergeOps.Sources.Headers;
using MergeOps.Tensors;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace MergeOps.Tests.Publishing;

public sealed class ModelCardTests : IDisposable
{
    private const string Hostile = "x\n---\nlicense: mit\n[a](http://evil.example) <img src=x> ![b](c) @team | `code` https://evil.example **b** \u202e \u001b[31m\n::error::";

    private static readonly MarkdownPipeline GitHub = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().UseAutoLinks().Build();

    private readonly MergedModel model = new();

    public ModelCardTests() => model.Merge();

    public void Dispose() => model.Dispose();

    [Fact]
    public void The_value_of_a_secret_is_not_in_the_card_and_that_the_recipe_holds_it_is_told()
    {
        const string secret = "vole-9-teal";
        SecretText.Learn("CARD_TEST_TOKEN", secret);
        var content = model.Content($"description: made of {secret}");

        Assert.DoesNotContain(secret, Card(content), StringComparison.Ordinal);
        Assert.Contains(SecretText.Mask, Card(content), StringComparison.Ordinal);
        Assert.Contains(model.Publisher.Plan(content, TestContext.Current.CancellationToken).Notes, note => note.Code == Codes.SecretFound && note.Severity is Severity.Warning);
    }

    [Fact]
    public void The_front_matter_says_what_the_hub_wants_to_know()
    {
        var front = FrontMatterOf(Card(model.Content()));

        Assert.Equal(["org/three"], Texts(front, "base_model"));
        Assert.Equal("merge", front.Children["base_model_relation"].ToString());
        Assert.Equal("transformers", front.Children["library_name"].ToString());
        Assert.Equal(["merge", "mergeops", "mergekit"], Texts(front, "tags"));
    }

    [Fact]
    public void License_languages_and_datasets_are_the_parents()
    {
        var front = FrontMatterOf(Card(WithCards(
            new CardFields("mit", null, null, ["en"], ["org/sums", "no dataset: [x]"], []),
            new CardFields("apache-2.0", null, null, ["de", "en"], ["org/poems"], []),
            new CardFields("mit", null, null, [], [], []))));

        Assert.Equal("apache-2.0", front.Children["license"].ToString());
        Assert.Equal(["de", "en"], Texts(front, "language"));
        Assert.Equal(["org/poems", "org/sums"], Texts(front, "datasets"));
    }

    [Fact]
    public void A_card_names_the_files_that_say_where_the_model_comes_from()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signer = EllipticKey.Private(pair.ExportPkcs8PrivateKeyPem(), "test");

        Assert.EndsWith("lists the parents and their licenses.", LineOf(Card(model.Content())), StringComparison.Ordinal);
        Assert.EndsWith("; `model.sig` signs all files.", LineOf(Card(model.Content() with { Signer = signer })), StringComparison.Ordinal);

        static string LineOf(string card) => card.Split('\n').Single(line => line.StartsWith($"`{BuildProvenance.FileName}`", StringComparison.Ordinal));
    }

    [Fact]
    public void Contradicting_licenses_are_said_and_no_license_is_claimed()
    {
        var none = CardFields.None;

        var card = Card(WithCards(none with { License = "gpl-3.0" }, none with { License = "cc-by-nc-4.0" }, none with { License = "mit" }));

        Assert.Equal("other", FrontMatterOf(card).Children["license"].ToString());
        Assert.Contains("contradict each other", card, StringComparison.Ordinal);
        Assert.Contains("| `one` |  | `gpl-3.0` |", card, StringComparison.Ordinal);
    }

    [Fact]
    public void A_license_of_the_parents_own_goes_on_with_its_name_and_link()
    {
        var own = new CardFields("other", "acme-1.0", "https://acme.example/license", [], [], []);

        var front = FrontMatterOf(Card(WithCards(own, own, own)));

        Assert.Equal(("other", "acme-1.0"), (front.Children["license"].ToString(), front.Children["license_name"].ToString()));
    }

    [Fact]
    public void Scores_are_there_in_the_form_that_the_hub_shows()
    {
        var evaluation = """
            {
              "version": 2,
              "tasks": [{ "name": "letters", "items": 40, "sha256": "ab" }],
              "texts": [{ "name": "prose", "sha256": "cd" }],
              "models": [
                { "name": "one", "role": "parent", "figures": { "letters.accuracy": { "value": 0.25 } } },
                { "name": "small", "role": "merged", "figures": { "letters.accuracy": { "value": 0.93 }, "letters.loss": { "value": 0.5 }, "prose.loss": { "value": 1.75 } } }
              ]
            }
            """;

        var index = (YamlMappingNode)((YamlSequenceNode)FrontMatterOf(Card(model.Content(evaluation: evaluation))).Children["model-index"])[0];

        Assert.Equal("small", index["name"].ToString());
        var results = ((YamlSequenceNode)index["results"]).Cast<YamlMappingNode>().ToList();
        Assert.Equal(["letters", "prose"], results.Select(result => result["dataset"]["name"].ToString()));
        Assert.All(results, result => Assert.Equal("text-generation", result["task"]["type"].ToString()));
        Assert.Equal(
            [("accuracy", "0.93"), ("loss", "0.5"), ("loss", "1.75")],
            results.SelectMany(result => (YamlSequenceNode)result["metrics"]).Select(metric => (metric["type"].ToString(), metric["value"].ToString())));
    }

    [Fact]
    public void Local_parents_are_named_without_their_path_and_never_as_base_models()
    {
        var card = Card(model.Content());

        Assert.Contains("| `one` |", card, StringComparison.Ordinal);
        Assert.Contains("| `org/three` | `v1` |", card, StringComparison.Ordinal);
        Assert.DoesNotContain(model.Folder.Path, card, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("org/base@v2+org/lora", new[] { "org/base", "org/lora", "org/three" }, true)]
    [InlineData("org/base+org/lora+org/second@main", new[] { "org/base", "org/lora", "org/second", "org/three" }, false)]
    public void Adapters_are_parents_too_and_mergekit_knows_one_of_them(string reference, string[] parents, bool isMergekits)
    {
        var front = FrontMatterOf(Card(model.Content($"base_model: {reference}")));

        Assert.Equal(parents, Texts(front, "base_model"));
        Assert.Equal(isMergekits, Texts(front, "tags").Contains("mergekit"));
    }

    [Fact]
    public void Two_folders_give_one_card()
    {
        using var other = new MergedModel();
        other.Merge();

        Assert.Equal(Card(model.Content()), Card(other.Content()));
    }

    [Fact]
    public void Nothing_that_comes_from_outside_becomes_markup()
    {
        var content = model.Content();
        content = content with
        {
            Recipe = content.Recipe with
            {
                Description = new Located<string>(Hostile, default),
                Text = Hostile + "\n```\n</details><script>\n",
                BaseModel = new Located<ModelReference>(new ModelReference(Hostile), default),
            },
        };

        var card = Card(content, Hostile);
        var document = Markdown.Parse(card, GitHub);

        Assert.Empty(document.Descendants<LinkInline>());
        Assert.Empty(document.Descendants<AutolinkInline>());
        Assert.Empty(document.Descendants<HtmlInline>());
        Assert.Empty(document.Descendants<HtmlBlock>());
        Assert.Empty(document.Descendants<EmphasisInline>());
        Assert.DoesNotContain("@team", document.Descendants<LiteralInline>().Select(text => text.ToString()));
        Assert.Equal(3, document.Descendants<Table>().Count());
        Assert.DoesNotContain(card.Split('\n'), line => line.StartsWith("::", StringComparison.Ordinal));
        Assert.DoesNotContain(card, c => char.IsControl(c) && c != '\n');
        Assert.Equal(["base_model", "base_model_relation", "library_name", "tags"], FrontMatterOf(card).Children.Keys.Select(key => key.ToString()));
        Assert.Equal(Hostile, Texts(FrontMatterOf(card), "base_model").First());
    }

    [Fact]
    public void A_model_that_was_not_evaluated_says_so() =>
        Assert.Contains("Not evaluated.", Card(model.Content(evaluation: null)), StringComparison.Ordinal);

    private PublicationContent WithCards(params CardFields[] cards)
    {
        var content = model.Content();
        return content with
        {
            Models =
            [
                .. ReferencedModels.Of(content.Recipe).Zip(cards, (reference, card) => new ModelMetadata(
                    reference,
                    new Checkpoint("", [], TensorMap<TensorInfo>.Empty),
                    null,
                    [],
                    ImmutableSortedDictionary<string, BlobDigest?>.Empty)
                {
                    Card = card,
                }),
            ],
        };
    }

    private string Card(PublicationContent content, string name = "small") =>
        ModelCard.Write(content, MergeManifest.Find(model.Path)! with { Name = name, PackageVersion = "1.0.0" }, PublicationVersion.First);

    private static YamlMappingNode FrontMatterOf(string card)
    {
        var block = Assert.Single(Markdown.Parse(card, GitHub).Descendants<YamlFrontMatterBlock>());
        var yaml = new YamlStream();
        yaml.Load(new StringReader(block.Lines.ToString()));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }

    private static IEnumerable<string> Texts(YamlMappingNode node, string key) =>
        ((YamlSequenceNode)node.Children[key]).Select(item => item.ToString());
}
