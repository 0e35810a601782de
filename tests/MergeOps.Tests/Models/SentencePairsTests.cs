using EmbeddingModels;
using Xunit;

namespace MergeOps.Tests.Models;

/// <summary>Comma-separated pairs of sentences become test data.</summary>
public sealed class SentencePairsTests
{
    [Fact]
    public void Sentences_with_commas_and_quotes_stay_whole()
    {
        using var values = new StringReader("A cat, asleep.,\"He said \"\"no\"\", twice.\",3.25\n");
        Assert.Throws<Microsoft.VisualBasic.FileIO.MalformedLineException>(() => SentencePairs.Write(values, TextWriter.Null));

        Assert.Equal(
            """{"sentence1":"A cat, asleep.","sentence2":"He said \"no\", twice.","score":3.25}""" + "\n",
            Written("\"A cat, asleep.\",\"He said \"\"no\"\", twice.\",3.25\n"));
    }

    [Fact]
    public void Every_line_is_a_pair() =>
        Assert.Equal("""{"sentence1":"a","sentence2":"b","score":5}""" + "\n" + """{"sentence1":"c’s é","sentence2":"d","score":0}""" + "\n", Written("a,b,5.0\nc’s é,d,0\n"));

    private static string Written(string text)
    {
        using var values = new StringReader(text);
        using var lines = new StringWriter { NewLine = "\n" };
        SentencePairs.Write(values, lines);
        return lines.ToString();
    }
}
