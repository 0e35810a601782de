using MergeOps.Evaluation.Charts;

namespace MergeOps.Evaluation.Reports;

/// <summary>The frame of every page: self-contained, without scripts, in light and dark; nothing in it may load anything.</summary>
internal static class HtmlPage
{
    /// <summary>The page.</summary>
    /// <param name="title">What the browser's tab shows.</param>
    /// <param name="style">The style sheet beside that of all pages.</param>
    /// <param name="body">What the body holds; ends with a line feed.</param>
    public static string Write(HtmlText title, string style, HtmlText body) => HtmlText.Of($"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>{title}</title>
        <style>
        {new HtmlText(ReportStyle.Page + style)}</style>
        </head>
        <body>
        {body}</body>
        </html>

        """).Markup;
}
