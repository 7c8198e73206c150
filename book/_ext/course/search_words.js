// The words of a reader's question, made as search.py makes them from the pages. Sphinx drops a word
// that has only digits, so an invisible mark is added to it, which the stemmer removes.
var splitQuery = (query) => {
  const words = query
    .replaceAll("{,}", ",")
    .replace(/(?<![\w.,])\d[\d_]{4,}(?![\w.,]*\d)/g, (number) =>
      number.replaceAll("_", "").replace(/\B(?=(\d{3})+$)/g, ","))
    .match(/\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|[\p{L}\p{N}_]+/gu) ?? [];
  return words.map((word) => (/^\d+$/.test(word) ? word + "\u200b" : word));
};
var PlainStemmer = Stemmer;
Stemmer = function () {
  const plain = new PlainStemmer();
  this.stemWord = (word) => plain.stemWord(word.replace("\u200b", ""));
};
