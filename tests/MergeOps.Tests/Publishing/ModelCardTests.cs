using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using MergeOps.Diagnostics;
using MergeOps.Merging.Output;
using MergeOps.Publishing;
using MergeOps.Recipes;
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
    public void The_front_matter_says_what_the_hub_wants_to_know()
    {
        var front = FrontMatterOf(Card(model.Content()));

        Assert.Equal(["org/three"], Texts(front, "base_model"));
        Assert.Equal("merge", front.Children["base_model_relation"].ToString());
        Assert.Equal("transformers", front.Children["library_name"].ToString());
        Assert.Equal(["merge", "mergeops", "mergekit"], Texts(front, "tags"));
    }

    [Fact]
    public void Local_parents_are_named_without_their_path_and_never_as_base_models()
    {
        var card = Card(model.Content());

        Assert.Contains("| `one` |", card, StringComparison.Ordinal);
        Assert.Contains("| `org/three` | `v1` |", card, StringComparison.Ordinal);
        Assert.DoesNotContain(model.Folder.Path, card, StringComparison.Ordinal);
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
