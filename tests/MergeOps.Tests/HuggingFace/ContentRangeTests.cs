using System.Net;
using System.Net.Http.Headers;
using MergeOps.Diagnostics;
using MergeOps.HuggingFace;
using Xunit;

namespace MergeOps.Tests.HuggingFace;

/// <summary>Bytes 10 to 19 of 100 were asked for, and RFC 9110 says how an answer names what it holds.</summary>
public sealed class ContentRangeTests
{
    [Theory]
    [InlineData("bytes 10-19/100")]
    [InlineData("bytes 10-19/*")]
    public void The_part_that_was_asked_for_is_taken(string range) => Assert.Null(Objection(HttpStatusCode.PartialContent, range));

    [Theory]
    [InlineData("bytes 0-9/100")]
    [InlineData("bytes 11-19/100")]
    [InlineData("bytes 11-20/100")]
    [InlineData("bytes 10-18/100")]
    [InlineData("bytes 10-20/100")]
    [InlineData("bytes 0-99/100")]
    [InlineData("bytes 10-19/99")]
    [InlineData("bytes 10-19/101")]
    [InlineData("bytes */100")]
    [InlineData("items 10-19/100")]
    [InlineData(null)]
    public void Any_other_is_not(string? range)
    {
        var objection = Objection(HttpStatusCode.PartialContent, range);

        Assert.Equal(Codes.HubAnswerInvalid, objection?.Diagnostic.Code);
        Assert.Contains($"The bytes 10-19/100 were requested, but the server answered 206 with {(range is null ? "the whole file" : $"'{range}'")}.", objection!.Diagnostic.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void The_whole_file_is_not_taken_for_a_part_of_it() => Assert.NotNull(Objection(HttpStatusCode.OK, "bytes 10-19/100"));

    private static MergeOpsException? Objection(HttpStatusCode status, string? range)
    {
        using var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(new byte[10]) };
        response.Content.Headers.ContentRange = range is null ? null : ContentRangeHeaderValue.Parse(range);
        return ContentRange.Objection(response, new HubSubject(), 10, 10, 100);
    }
}
