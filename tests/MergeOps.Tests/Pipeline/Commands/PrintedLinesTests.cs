using MergeOps.Pipeline.Commands;
using Xunit;

namespace MergeOps.Tests.Pipeline.Commands;

/// <summary>What a command prints, line by line.</summary>
public sealed class PrintedLinesTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("one", new[] { "one" })]
    [InlineData("one\n", new[] { "one" })]
    [InlineData("one\r\n\r\ntwo\r", new[] { "one", "", "two" })]
    [InlineData(" 10 %\r 20 %\r\n\ndone", new[] { " 10 %", " 20 %", "", "done" })]
    public async Task Lines_end_as_those_of_every_system_do(string printed, string[] lines) =>
        Assert.Equal(lines, await LinesOf(printed));

    [Fact]
    public async Task A_line_without_an_end_is_cut_and_its_rest_is_counted()
    {
        var lines = await LinesOf(new string('a', PrintedLines.Longest) + new string('b', 1_234_567) + "\r\n" + new string('c', PrintedLines.Longest) + "\nend");

        Assert.Equal([new string('a', PrintedLines.Longest) + "… (characters left out: 1,234,567)", new string('c', PrintedLines.Longest), "end"], lines);
    }

    private static async Task<List<string>> LinesOf(string printed)
    {
        var reader = new PrintedLines(new StringReader(printed));
        var lines = new List<string>();
        while (await reader.NextAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }
}
