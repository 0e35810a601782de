using System.Xml.Linq;
using MergeOps.Evaluation.Charts;
using MergeOps.Evaluation.Reports;
using Xunit;
using static MergeOps.Tests.Evaluation.SmallEvaluation;

namespace MergeOps.Tests.Evaluation.Reports;

public sealed class ImageTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static TheoryData<string, string> Images => [.. from report in ReportGallery.All.Keys from image in ImageFormat.Images select (report, image.FileName)];

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_is_one_file_that_says_in_words_what_it_shows(string report, string file)
    {
        if (ImageFormat.Images.First(image => image.FileName == file).Text(ReportGallery.All[report]) is not { } text)
        {
            Assert.Contains((report, file), new[] { ("unscored", "differences.svg"), ("pairs", "search.svg") });
            return;
        }

        var image = XDocument.Parse(text).Root!;

        Assert.Equal((Svg + "svg", "img"), (image.Name, (string?)image.Attribute("role")));
        Assert.NotEmpty(image.Element(Svg + "title")!.Value);
        Assert.NotEmpty(image.Element(Svg + "desc")!.Value);
        Assert.DoesNotContain(image.Descendants(), element => element.Name.LocalName is "script" or "image" or "a" or "use" or "foreignObject");
        Assert.DoesNotContain(image.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal) || attribute.Name.LocalName == "href");
        Assert.Contains("prefers-color-scheme: dark", image.Element(Svg + "style")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_without_a_search_has_no_image_of_one()
    {
        using var small = new SmallEvaluation();

        Assert.Null(new SearchSvg().Text(small.Evaluate(Recipe(), Family())));
    }

    [Fact]
    public void Bars_can_be_written_in_letters()
    {
        var scale = Scale.Between(0, 1, new(IsShare: true, IsDifference: false));
        var chart = new Chart("sums", "accuracy, n = 20",
        [
            Row("base", 0.1), Row("small", 0.9) with { IsStrong = true }, new ChartRow("other", "", "not evaluated", null),
        ], scale);

        // 24 letters of eight eighths: 0.1 is 19 of them, 0.9 is 173
        Assert.Equal(
            """
            sums, accuracy, n = 20
              base   ██▍                       10 %
            ▸ small  █████████████████████▋    90 %
              other                            not evaluated

            """.ReplaceLineEndings("\n"),
            TextBars.Write([chart]));

        ChartRow Row(string name, double value) => new(name, "", $"{100 * value} %", new Track(scale).Bar(value, "merged")) { Share = value };
    }
}
