"""Lines and sentences that a portal, not a speaker, has written.

Position comes first: above the first paragraph and below the last one a line is judged by its shape
and its words; between paragraphs only what can be nothing else is taken out; inside a paragraph
only watermarks with an address. The speech itself may speak of websites, downloads and accounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from jianghua.speeches.removals import Cut

# --- words of the trade ---------------------------------------------------------------------------

# Names of fields that pages print before a colon or a bracket.
_LABEL = (
    r"索\s*引\s*号|信息索引|发布(?:机构|单位|部门|人|者|于)|发文(?:机关|单位|字号|日期)|公开(?:日期|形式|范围|方式|时限)|主题(?:分类|词)|"
    r"(?:发布|发表|更新|上传|创建|生成|成文|公布|录入|发稿|添加|编辑)(?:时间|日期)|(?:信息|文章|稿件|新闻|内容|资料)?来\s*源|出\s*处|"
    r"作\s*者|文\s*/|图\s*/|(?:责任|本文|执行|值班|网络|本期|本版|文字|美术|微信|网站)?编\s*辑|责\s*编|主\s*编|编\s*审|审\s*核|校\s*对|监\s*制|排\s*版|"
    r"统\s*筹|初\s*审|复\s*审|终\s*审|一审|二审|三审|签\s*发|录\s*入|(?:文章|信息)录入|供\s*稿|撰\s*稿|通讯员|记\s*者|摄\s*影|"
    r"(?:浏览|阅读|点击|访问|查看|下载|播放|评论|点赞|收藏|转发|打印)\s*(?:次数|人次|数|量)?|人\s*气|热\s*度|评\s*分|字\s*号|字\s*体(?:大小)?|文[\s　]*号|有\s*效\s*性|"
    r"(?:文档|文件|资料|软件)?(?:编号|大小|格式|页数|类型|分类|热度|描述|介绍|标签)|上\s*传\s*(?:人|者|于|用户)|"
    r"(?:所需|下载)?积分|栏\s*目|(?:所属|信息)(?:栏目|分类|类别)|(?:系统|资源|文章|文档|热门)?标\s*签|(?:本文)?关键(?:词|字)|tags?|"
    r"(?:您(?:现在)?的|当前|您所在的|现在|所在)位置|位\s*置|上一[篇页条]|下一[篇页条](?:文章)?|上一篇文章|下一篇文章|推荐访问|相关热词|"
    r"(?:会员|免费|交流|学习|写作)?\s*(?:QQ|微信|扣扣)\s*(?:群|号)?|(?:微信)?公众号|会员群|(?:联系|咨询|服务|客服|举报|投稿|监督)(?:电话|邮箱|方式|QQ|热线)|"
    r"电\s*话|传\s*真|邮\s*编|邮\s*箱|e-?mail|地\s*址|网\s*址|客服\w{0,4}|"
    r"(?:本文|文章|原文)?(?:链接|地址|标题|网址)(?:地址)?|原标题|稿源|转自|摘自|体裁(?:分类)?|"
    r"发\s*件\s*人|收\s*件\s*人|抄\s*送|附\s*件|主\s*题|回\s*复|楼\s*主|用\s*户|文库|主办(?:单位)?|承办(?:单位)?|技术支持|版权|"
    r"导\s*读|编者按|编者的话|核心提示|(?:内容)?(?:摘要|提要|简介)|温馨提示|特别(?:声明|说明|提示)|免责声明|版权声明|平台声明|声\s*明|导\s*语|今天是|图\s*文|文\s*图|文字|图片|视频|漫画|设计|制作|剪辑|编导|出品|配音|朗诵|素材|策划|最佳答案|问(?=[：:]求)|提问|答案|title|date|author|source"
)
_FIELD = re.compile(rf"(?:^|[\s　|｜【\[（(])(?:{_LABEL})\s*[：:｜|/（(\[【〖】]", re.I)
_TABLED = re.compile(rf"(?:{_LABEL})[\s　]*\t", re.I)  # a row of fields
# The editor's words about a text, however long.
_EDITORIAL = re.compile(
    r"[\s【\[（(#]*(?:[^】。：:]{0,12}导\s*[语读]|编者按|编者的话|核心提示|(?:内容)?(?:摘\s*要|提要|简介))\s*[】\]）:：]"
)
# What buttons, menus and counters say; judged by the share of a line that they cover.
_BUTTON = re.compile(
    r"收藏|分享|下载|相关|举报|打印(?:本页|此文)?|关闭(?:窗口|本页)?|复制|返回|顶部|首页|尾页|末页|网站|主页|上一[篇页版期]|下一[篇页版期]|展开|"
    r"阅读|全文|原文|猜你喜欢|喜欢|推荐|访问|资源|搜索|搜一搜|热门|热点|最新|文章|文档|文库|范文|公文|本站|登录|登陆|注册|会员|订阅|专享|"
    r"权益|充值|免费|预览|点击|查看|关注|扫一扫|扫码|扫描|二维码|公众号|微信|微博|QQ空间|QQ|Qzone|朋友圈|客服|在看|点赞|点个赞|打赏|赞|踩|顶一下|"
    r"小编|编辑|版权|侵权|转载|转发|资料|素材|模板|字号|字体|放大|缩小|默认|朗读|播报|听新闻|无障碍|繁体|简体|繁體|长者|适老|导航|栏目|"
    r"当前位置|您的位置|位置|帮助|联系我们|关于我们|关于|加入|加群|上传|格式|页数|大小|描述|声明|纠错|反馈|"
    r"网友|评论|留言|回复|回帖|跟帖|精选|更多|内容|图集|相册|视频|音频|链接|友情|地图|站点|手机版|电脑版|客户端|APP|VIP|"
    r"还剩\s*\d+\s*页|未读|沙发|板凳|楼主|使用道具|只看该作者|倒序浏览|阅读模式|置顶|加精|版块|论坛|社区|往期|回顾|精彩|END|正文|新闻|要闻|版面|导航|"
    r"试读|试看|已结束|开通|付费|购买|原价|热搜|标签|精品|可编辑|文集|主编|赞助商|广告|随机|人气|告诉好友|发表|窗口|大家都在看|继续|星标|立即|微信号|二维",
    re.I,
)
# Speaking to the reader of a page: each hit is strong evidence …
_TO_READER = re.compile(
    r"小编|本站|本网站|(?:本|该|此|这份)(?:文档|文库|范文|资料包)|本文(?:来自|来源|由|标题|链接|地址|出自|转自|转载|系|为|档|[（(《])|"
    r"以[上下](?:就是|是|内容|为)[^。]{0,40}(?:全部内容|全文|内容|整理|分享)|由[^，。]{0,10}(?:网|文库|站|平台)[^，。]{0,6}(?:提供|整理|分享|收集|推荐)|"
    r"为(?:您|你|大家|各位|广大)[^，。]{0,8}(?:整理|收集|搜集|编辑|精选|精心|推荐)|(?:整理|收集|搜集|编辑)(?:于网络|自网络|来源|发布)|"
    r"(?:更多|海量|最新|全套)[^，。]{0,10}(?:范文|公文|材料|素材|文章|文档|资料|资讯|内容|精彩)|(?:免费|在线|全文|本文|立即|点击|付费|登录后)(?:预览|阅读|下载|查看|关注)|"
    r"QQ群|(?:加|添加|扫码加)(?:微信|群|我|客服|好友)|(?:长按|识别)[^，。]{0,10}(?:二维码|关注)|(?:扫描|扫一扫|扫码)[^，。]{0,16}(?:客服|微信|关注我|加群|加入|打开|手机|当前页|公众号|下载|小程序)|二维码(?:关注|加)|"
    r"(?:如|若)[^。]{0,24}侵(?:权|犯)|侵(?:权|犯)[^。]{0,16}(?:请|联系|告知)[^。]{0,16}(?:删除|处理|我们|本站)|侵删|版权归|(?:转载|引用)请|未经[^，。]{0,14}(?:授权|许可|允许|同意)[^，。]{0,6}(?:不得|禁止|严禁|请勿)|"
    r"打赏|回帖|会员(?:群|资料|材料|专享|免费|下载)|(?:由|为)[^，。]{0,12}(?:投稿|上传)|展开全文|阅读全文|上一篇|下一篇|"
    r"信息存储|仅代表[^，。]{0,8}(?:作者|本人|个人|网友)|(?:蓝字|星标|设为星标|点个.?在看|点在看)|免费预览|试读|(?:禁止|请勿|严禁|不得)外传|"
    r"倒卖|转载自|(?:查看|阅读|浏览)(?:更多|全文|原文)|喜欢(?:就|本文|请)|以下为全文|"
    r"(?:订阅|开通|加入|购买)[^，。]{0,6}(?:会员|VIP|立享|权益|享)|(?:本邮件|此邮件)|发自我的|神器|可(?:任意|自由)?编辑|(?:欢迎)?下载使用|欢迎下载|Word版|以[上下](?:文章|内容)(?:来源|来自|转载|由)|在看.?的你|"
    r"®|(?:准备|整理)了(?:以下|如下)内容|网(?:整理|收集|首发|提供)|共\d+篇|_图文|复制链接|电梯直达|打开[^，。]{0,12}(?:APP|客户端)|阅读体验|[（(]\d+篇[）)]|关注[^，。]{0,12}(?:公众号|微信号|视频号)|著作权归|立即(?:了解|下载|体验|领取|查看|订阅|注册|登录|咨询|购买)|"
    r"请(?:注意甄别|点击|遵守用户|登录|扫码|长按|选择|勿转载)|侵权举报|一键举报|存储空间|均由用户|不代表本|"
    r"本文(?:根据|共|整理|已)|希望您|(?:便于|方便)(?:您|收藏|打印)|(?:Word|文档)(?:文档)?下载|本(?:回答|帖|页|号|篇)由|提问者|最佳答案|"
    r"(?:仅供|供)(?:会员|内部|个人)|觉得(?:不错|有用)|(?:再走|走起)吧|(?:可以|欢迎)订阅|收录于|马上注册|立即注册|没有[帐账][号户]|您需要[^，。]{0,4}登[录陆]|下载(?:失败|不扣分|后|即可)|powered by",
    re.I,
)
# … and these help, but speakers use them too.
_WEAK = re.compile(
    r"供(?:大家|您|你|各位)?(?:参考|学习|借鉴)|仅供|希望[^。]{0,12}(?:帮助|帮到|喜欢|启发)|参考价值|写作|欢迎(?:大家)?(?:下载|收藏|转载|访问|咨询|阅读|关注)|"
    r"(?:举报|客服|支持|投诉)(?:电话|热线|时间|中心|邮箱)|您|范文|公众号|扫码|二维码|会员|下载|转载|订阅|投稿|客服|登录|注册|APP|积分|网友|版权|整理|微信|范本|精选|删除|免费"
)
_TAIL_WORD = (
    r"推荐访问|相关(?:资源|阅读|文章|文档|推荐|搜索|新闻|链接|范文|信息|内容|专题|热词|报道|标签)|猜你(?:喜欢|感兴趣)|展开(?:阅读)?全文|"
    r"你?可能(?:还|也|会)?(?:喜欢|感兴趣)|(?:大家|他们|网友)(?:都|还|也)?在(?:看|搜)|热门(?:文章|推荐|搜索|范文|标签|专题)|最新(?:文章|发布|推荐|更新|范文)|"
    r"(?:延伸|推荐|扩展|拓展|更多|往期|精彩|深度)(?:阅读|推荐|回顾|文章|精彩|好文)|为[您你]推荐|随机(?:推荐|文章|阅读)|上一[篇页条]|下一[篇页条]|"
    r"阅读(?:原文|下一篇)|分享(?:到|至)|扫一扫|本文(?:来自|来源|链接|地址|标题|转自|关键词)|转载请|免责声明|版权声明|平台声明|"
    r"copyright|版权所有|返回(?:搜狐|首页|顶部|列表|目录)|(?:发表|网友|最新|全部)评论|参与评论|友情链接|"
    r"[—\-–=*\s]*(?:END|完|全文完|正文结束)[—\-–=*\s]*$|(?:责任|本文|执行|值班)?(?:编辑|责编)\s*[：:|｜]|关于(?:本文|我们)|资源(?:标签|描述)$|系统标签|赞助商链接|评\s*分$|参与人数|--\s*$"
)
_NOTE = r"[（(【\[](?:责任编辑|责编|编辑|来源|原载|摘自|转自|选自|作者(?:系|单位|为|是|简介)|本文(?:系|是|为)|记者|通讯员|供稿|整理)"
_TAIL = re.compile(rf"\s*{_NOTE}|[\s【\[（(「◆■●►▶*#]*(?:{_TAIL_WORD})", re.I)
_TAIL_GLUED = re.compile(
    r"(?<=[。！？!?”）)])[\s　]*(?:推荐访问|相关热词|相关搜索|猜你喜欢|(?:本文)?关键词|责任编辑|本文(?:来自|来源|链接|地址)|版权所有|"
    r"展开(?:阅读)?全文|上一篇|免责声明|版权声明|转载请注明)\s*[：:,，]?.*",
    re.I,
)
_LICENCE = re.compile(
    r"ICP[备证]|公网安备|经营许可证|许可证编?号|版权所有|copyright|©|all\s*rights\s*reserved|网站标识码|网站地图|政府网站备案|备案[号序]|违法和不良信息",
    re.I,
)
_PAGE_STAMP = re.compile(
    r"共\s*\d+\s*页\s*[，,、|]?\s*当前第?\s*\d+\s*页?\W{0,4}[\d\s]{0,12}(?:(?:[上下]一|首|尾|末)页[\d\s]{0,12}){0,4}|"
    r"[-—–=\s]*第?\s*\d+\s*页?\s*[/／,，、|]?\s*共\s*\d+\s*页[-—–=\s]*|[-—–=\s]*第\s*\d+\s*页[-—–=\s]*|"
    r"[-—–－]+\s*\d+\s*[-—–－]+|page\s*\d+(?:\s*of\s*\d+)?|.{0,60}_第\s*\d+\s*页",
    re.I,
)
_ADDRESS = r"(?:https?://|www\.)[A-Za-z0-9./?=&%#:_~+\-]+|[a-z0-9\-]{1,63}\.(?:com|cn|net|org)(?:\.cn)?\b[/A-Za-z0-9_.]*"
_HAS_ADDRESS = re.compile(
    rf"{_ADDRESS}|[A-Za-z0-9_.\-]{1, 64}@[A-Za-z0-9\-]{1, 63}\.[A-Za-z]+", re.I
)
_FILE_NAME = re.compile(
    r"《?.{2,80}\.(?:docx?|pdf|wps|txt|rtf|pptx?|xlsx?|ofd|html?)(?:_?第.{0,8})?》?", re.I
)
_FLOOR = re.compile(
    r"#?\d{1,4}(?:#|楼)|楼主|沙发|板凳|第[一二三四五六七八九十\d]{1,3}篇[：:]?|"
    r".{2,20}\s(?:今天|昨天|前天|\d+\s*(?:天|小时|分钟|周|个月)前)"
)
_HOST = re.compile(r".{4,60}(?:主办|承办|协办|技术支持|维护|运维|版权所有)(?:单位)?")
_MASTHEAD = re.compile(
    r".{2,16}(?:网|在线|论坛|门户|日报|晚报|公报|之窗|客户端|发布|融媒|电视台|电台|频道|之声|之家|头条号|数字报|公众号)"
)
_CLOCK = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?[\sT,，]*\d{1,2}[:：时]\d{1,2}"
)
_ISO_DATE = re.compile(r"[\s（(\[]*\d{4}([-/.])\d{1,2}\1\d{1,2}[\s）)\]]*")
_COUNTER = re.compile(
    r"(?:阅读|浏览|下载|评论|点赞|收藏|赞|踩|人气|回复|查看|分享|转发)\s*[(（:：]?\s*[\d,.]+\s*[万亿+]?|"
    r"[\d,.]+\s*[万亿]?\s*(?:人?次|人|条|篇|个)?\s*(?:阅读|浏览|下载|评论|点赞|收藏|文章|总阅读|粉丝|回复|页$)|[¥￥]\s*\d|首赞"
)

_LONGEST = 3000  # characters; what is longer is judged by its sentences, not as a line

# What speakers speak of: such a sentence must appeal to readers twice before it is a portal's.
_OF_OFFICE = re.compile(
    r"同志|干部|群众|各级|部门|企业|来宾|我们[省市县区镇乡局]|发展|经济|投资|开展|落实|案件"
)

# --- shapes of lines ------------------------------------------------------------------------------

_SENTENCE_END = re.compile(r"[。！？!?；]")
_HAN = re.compile("[\u4e00-\u9fff]")
_GENRE = (
    r"讲话|报告|发言|致辞|致词|演讲|讲稿|党课|开幕词|闭幕词|述职|主持词|总结|表态|谈话|献词|贺词|祝词|寄语|宣讲|辅导|"
    r"开幕辞|闭幕辞|悼词|悼辞|答记者问|贺信|慰问信|公开信|主旨演讲|汇报|说明|意见|要求"
)
TITLE = re.compile(
    rf"[—\-–\s《“]*[^。！？；]{{0,60}}(?:{_GENRE})(?:稿|辞|提纲|摘要|要点|全文|材料|实录|节选|会|\d|[一二三四五六七八九十])?"
    r"[\s》”]*(?:[（(【\[].{0,24}[）)】\]])?"
)
VENUE = re.compile(
    r"[—\-–\s（(《]*(?:\d{4}年.{0,12})?在.{4,60}(?:上|时|会|话|报告|演讲)[的）)\s》]*.{0,8}"
)
_YEAR = (
    r"(?:[12１２][\d０-９]{3}|[一二][一二三四五六七八九〇○零O0]{3}|[Xx×*]{2,4}|\d{0,2}[Xx×*]{2})"
)
DATE = re.compile(
    rf"[\s—\-–（(\[【]*{_YEAR}\s*年.{{0,3}}月.{{0,3}}日?[\s）)\]】]*(?:[上下]午|晚)?|[\s—\-–（(\[【]*{_YEAR}\s*年.{{1,40}}(?:[上日月）)\]】]|会议)[\s）)]*"
)
SALUTATION = re.compile(
    r"[\s　]*(?:[^。；\n]{0,60}(?:同志|代表|委员|领导|朋友|来宾|先生|女士|同事|同学|书记|老师|乡亲|战友|委员会|嘉宾|企业家|家长|"
    r"父老|校友|官兵|队员|党员|干部|主席|主任|组长|市长|县长|省长|部长|局长|学员|常委|评委|伙伴|青年|专家|主持人|各位)们?[^。；，\n]{0,4}|各位)[：:！!]?[\s　]*"
)
_OFFICE = (
    r"总理|主席|书记|省长|市长|县长|区长|州长|镇长|乡长|局长|厅长|部长|主任|院长|校长|会长|检察长|行长|董事长|总经理|"
    r"常委|委员长|秘书长|处长|科长|司令员|政委|盟长|旗长|专员"
)
SPEAKER = re.compile(
    rf"[\s　（(]*[^，。；：:|｜>]{{0,30}}(?:{_OFFICE})(?!会|员会)(?:[\s　]*[^，。；：:\d\s]){{2,4}}[\s　）)]*"
)
_NUMBERED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、．.章节部]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[、．.]\D)"
)
_SECTION = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、，是要]|[（(][一二三四五六七八九十]{1,3}[）)])"
)
_MENU_BREAK = re.compile(r"\s*(?:>>?|＞|»|›|→|\||｜|·|/|┊|│)\s*")


# Pages in Traditional characters are judged by the same words.
_SIMPLE = str.maketrans(
    "發佈時間瀏覽數頁點擊關閉頂題來責編輯訪問載閱讀權轉聯繫網體簡電話號鏈錄類檔專欄無評論舉報導圖資訊標籤沒條關擴長識別掃碼內容會員費證備單創歡轉載貼樓舉熱門還",
    "发布时间浏览数页点击关闭顶题来责编辑访问载阅读权转联系网体简电话号链录类档专栏无评论举报导图资讯标签没条关扩长识别扫码内容会员费证备单创欢转载贴楼举热门还",
)


def _plainly(line: str) -> str:
    """A line in simplified characters, and closed up where it is spaced out (公 文 网)."""
    shown = line.strip().translate(_SIMPLE)
    return shown.replace(" ", "") if re.fullmatch(r"(?:\S ){3,40}\S", shown) else shown


def lines(text: str) -> Iterator[tuple[int, str]]:
    """(start, line without its break) of every line."""
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def is_prose(line: str) -> bool:
    """Whether a line is running text: long, with sentences in it."""
    shown = line.strip()
    return (
        len(shown) >= 40
        and len(_HAN.findall(shown)) >= 0.5 * len(shown)
        and bool(_SENTENCE_END.search(shown))
    )


@lru_cache(maxsize=4096)
def appeal(stretch: str) -> float:
    """How strongly a stretch speaks to the readers of a page: 1 for each thing that only a portal
    says, half for each that speakers say too."""
    line = _plainly(stretch)
    strong = {match.group() for match in _TO_READER.finditer(line)}
    weak = {match.group() for match in _WEAK.finditer(line)}
    return len(strong) + 0.5 * len(weak) if strong else 0.0


def is_appeal(line: str) -> bool:
    """Whether a sentence, or most of a paragraph, is addressed to the readers of a page."""
    sentences = re.findall(r"[^。！？!?]+[。！？!?]*", line)
    addressed = sum(len(sentence) for sentence in sentences if _appeals(sentence))
    return addressed > 0.5 * len(line)


def _appeals(sentence: str) -> bool:
    strength = appeal(sentence)
    enough = 2 if _OF_OFFICE.search(sentence) or _SECTION.match(sentence) else 1
    return strength >= enough and len(sentence) <= 60 * strength + 20


def is_menu(line: str) -> bool:
    """Whether a line is a trail or a row of links: short words between > | / or many blanks."""
    shown = line.strip()
    if _SENTENCE_END.search(shown):
        return False
    items = [item for item in _MENU_BREAK.split(shown) if item]
    if len(items) >= 3 and max(map(len, items)) <= 24:
        return True
    words = shown.split()
    return len(words) >= 6 and max(map(len, words)) <= 8


def is_salutation(line: str) -> bool:
    """Whether a line greets the audience: ``各位代表：``, ``同志们！``, ``尊敬的各位来宾，``."""
    shown = line.strip()
    if not SALUTATION.fullmatch(shown.rstrip("，,")):
        return False
    if shown[-1] in "：:":
        return True
    return len(shown) <= 20 and (shown[-1] in "！!" or bool(_GREETS.match(shown)))


_GREETS = re.compile(r"各位|同志们|尊敬的|亲爱的|女士|先生|朋友们|老师们")


def furniture_share(line: str) -> float:
    """Share of a line's letters and digits that buttons, counters and dates with a clock cover."""
    letters = len(re.findall(r"\w", line))
    covered = [False] * len(line)
    for pattern in (_BUTTON, _COUNTER, _CLOCK, _HAS_ADDRESS):
        for match in pattern.finditer(line):
            covered[match.start() : match.end()] = [True] * (match.end() - match.start())
    hits = sum(hit and character.isalnum() for hit, character in zip(covered, line, strict=True))
    return hits / letters if letters else 0.0


def is_speech_like(line: str) -> bool:
    """Whether a short line may belong to a speech's head: title, venue, date, speaker, greeting."""
    shown = line.strip()
    shapes = (TITLE, VENUE, DATE, SPEAKER)
    return (
        any(shape.fullmatch(shown) for shape in shapes)
        or is_salutation(shown)
        or bool(_NUMBERED.match(shown))
    )


@lru_cache(maxsize=4096)
def is_furniture(line: str) -> bool:
    """Whether a line, standing above or below the speech, is a portal's."""
    shown = _plainly(line)
    if not shown or len(shown) > _LONGEST:
        return False
    if is_appeal(shown) or _EDITORIAL.match(shown):
        return True
    if is_prose(shown):
        return False
    return _has_furniture_shape(shown) or is_menu(shown) or furniture_share(shown) >= 0.5


def _has_furniture_shape(shown: str) -> bool:
    whole = (_PAGE_STAMP, _FILE_NAME, _ISO_DATE, _FLOOR, _HOST)
    anywhere = (_LICENCE, _CLOCK, _HAS_ADDRESS)
    fields = bool(_FIELD.search(shown)) and shown[-1] not in "。；"  # a field holds no sentence
    return (
        fields
        or bool(_TABLED.match(shown))
        or bool(_TAIL.match(shown))
        or any(pattern.fullmatch(shown) for pattern in whole)
        or any(pattern.search(shown) for pattern in anywhere)
    )


# --- steps ----------------------------------------------------------------------------------------


def page_stamp_cuts(text: str) -> Iterator[Cut]:
    """Page numbers on a line of their own, with the break before them: a page may end anywhere."""
    for start, line in lines(text):
        if line.strip() and _PAGE_STAMP.fullmatch(line.strip()):
            yield Cut(max(start - 1, 0), start + len(line), "page furniture")


def furniture_cuts(text: str) -> Iterator[Cut]:
    """Licence lines and advertisements on a line of their own, wherever they are."""
    for start, line in lines(text):
        shown = line.strip()
        if shown and len(shown) < 120 and _is_only_furniture(shown):
            yield Cut(max(start - 1, 0), start + len(line), "page furniture")


def _is_only_furniture(shown: str) -> bool:
    if is_prose(shown) or _NUMBERED.match(shown) or _SENTENCE_END.search(shown):
        return False
    if _LICENCE.search(shown) or re.fullmatch(rf"\W*(?:{_ADDRESS})\W*", shown, re.I):
        return True
    return len(shown) <= 50 and (appeal(shown) >= 1 or bool(_ADVERT.match(shown)))


_ADVERT = re.compile(
    r"[\W]*(?:微信)?公众号\s*[：:]|[\W]*(?:QQ|微信)群?号?\s*[：:]\s*\w+|[\W]*(?:点击|长按|扫描)[^，。]{0,12}(?:下载|关注|二维码)"
    r"|[\W]*还剩\s*\d+\s*页"
)


def watermark_cuts(text: str) -> Iterator[Cut]:
    """A portal's name and address set into the middle of a sentence."""
    for match in _WATERMARK.finditer(text):
        yield Cut(match.start(), match.end(), "watermark")


_SAYS_SOURCE = (
    r"(?:本文|此文|文章|内容|资料|本篇|更多)?[^，。；（）()\n]{0,12}(?:来自|来源|来源于|出自|转自|摘自|转载|选自|访问|请到|尽在|首发|整理)"
    r"[^，。；（）()\n]{0,24}"
)
_WATERMARK = re.compile(
    rf"[（(【\[]\s*{_SAYS_SOURCE}(?:{_ADDRESS})?[^，。；（）()\n]{{0,12}}(?<=[A-Za-z网站库号])\s*[）)】\]]"
    rf"|(?:更多|本文|文章|资料|内容|此文)[^，。；！？（）()\n]{{0,20}}(?:来自|来源|出自|转自|访问|请到|尽在)[^，。；\n]{{0,12}}(?:{_ADDRESS})"
    rf"|[（(【\[]\s*(?:{_ADDRESS})\s*[）)】\]]",
    re.I,
)


def front_matter_cuts(text: str) -> Iterator[Cut]:
    """The block of fields with which Markdown files begin, between --- lines, and letters."""
    match = re.match(r"\s*---[ \t]*\n(?:[^\n]*\n){1,40}?---[ \t]*(?=\n|$)", text)
    if match and re.search(r"^\w+\s*:", match.group(), re.M):
        yield Cut(match.start(), match.end(), "front matter")
    letter = _LETTER_HEAD.match(text)
    if letter and len(_LETTER_FIELD.findall(letter.group())) >= 2:
        yield Cut(letter.start(), letter.end(), "front matter")


# RFC 5322: fields, each perhaps folded over lines that begin with a blank, then an empty line
_LETTER_HEAD = re.compile(
    r"\s*(?:[A-Z][A-Za-z-]{1,40}:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*){3,60}(?=\s*\n)"
)
_LETTER_FIELD = re.compile(r"^(?:From|To|Subject|Date|Message-ID):", re.M)


def head_cuts(text: str) -> Iterator[Cut]:
    """What a portal put above the speech; title, venue, date and speaker lines stay."""
    head = [(start, line) for start, line in _head(text) if line.strip()]
    kinds = [_kind(line) for _, line in head]
    if "portal" not in kinds:
        return
    last = len(kinds) - 1 - kinds[::-1].index("portal")
    for number, (start, line) in enumerate(head[: last + 1]):
        if kinds[number] == "portal" or not _belongs(number, line, kinds):
            yield Cut(start, start + len(line), "portal head")


def _kind(line: str) -> str:
    if _is_head_furniture(line):
        return "portal"
    return "speech" if is_speech_like(line) else "unknown"


def _belongs(number: int, line: str, kinds: list[str]) -> bool:
    """Whether a line among a portal's lines is the speech's: by its shape; or because it stands
    beside such a line; or because it looks like a title and no other line does."""
    if kinds[number] == "speech":
        return True
    if _MASTHEAD.fullmatch(line.strip()):
        return False
    if len(_HAN.findall(line)) < 6 or furniture_share(line) >= 0.3:
        return False
    return "speech" not in kinds or "speech" in kinds[max(number - 1, 0) : number + 2]


def _head(text: str) -> Iterator[tuple[int, str]]:
    """Lines above the first paragraph of the speech."""
    for start, line in lines(text[:8000]):
        if is_salutation(line):
            return
        if is_prose(line) and not is_furniture(line):
            return
        yield start, line


def _is_head_furniture(line: str) -> bool:
    """A title may speak of files and pages, a trail may end in one: shape decides."""
    shown = _plainly(line)
    if is_menu(shown) or _TAIL.match(shown) or _FILE_NAME.fullmatch(shown):
        return True
    if any(pattern.search(shown) for pattern in (_CLOCK, _FIELD)) or _FLOOR.fullmatch(shown):
        return True
    return is_furniture(shown) and not (is_speech_like(shown) and appeal(shown) < 1)


def glued_head_cuts(text: str) -> Iterator[Cut]:
    """Sentences to the reader that open the first paragraph itself."""
    start = len(text) - len(text.lstrip())
    end = start
    for match in re.compile(r"[^。！？!?\n]{1,200}[。！？!?]").finditer(text, start, start + 600):
        if match.start() != end or not is_appeal(match.group().strip()):
            break
        end = match.end()
    if end > start:
        yield Cut(start, end, "portal head")


def tail_cuts(text: str) -> Iterator[Cut]:
    """What a portal put below the speech: from the first such line to the end."""
    below = _below(text)
    furniture = [number for number, (_, line) in enumerate(below) if is_furniture(line)]
    if not furniture:
        return
    opens = next(
        n for n, (_, line) in enumerate(below) if n == furniture[0] or not _may_close(line)
    )
    tail = below[opens:]
    told = sum(
        len(line) for _, line in tail if _SENTENCE_END.search(line) and not is_furniture(line)
    )
    if told <= 0.2 * len(text):
        yield Cut(tail[0][0], len(text), "portal tail")
    else:  # a speech of short lines: take out only what is furniture line by line
        for number in furniture:
            start, line = below[number]
            yield Cut(start, start + len(line), "portal tail")


def _below(text: str) -> list[tuple[int, str]]:
    """Lines below the last paragraph of the speech."""
    filled = [(start, line) for start, line in lines(text) if line.strip()]
    first = len(filled)
    while first > 0 and not _is_speech(filled[first - 1][1]):
        first -= 1
    return filled[first:]


def _is_speech(line: str) -> bool:
    return is_prose(line) and not is_furniture(line)


_NOTE_MARK = re.compile(r"(?:[①-⑳]|[\[〔【［]\d{1,3}[\]〕】］])$")


def _may_close(line: str) -> bool:
    """Whether a short line may end a speech: a sentence, thanks, a date, a name, a heading."""
    shown = _NOTE_MARK.sub("", line.strip()) or line.strip()
    if is_speech_like(shown) or shown[-1] in "。！？!?；…”）)":
        return not re.match(r"[►▶▲●•>·]", shown)
    return bool(_SIGNATURE.fullmatch(shown))


_SIGNATURE = re.compile(
    r"[^，。：:|]{2,30}(?:委|委员会|政府|党组|局|办公室|厅|部|公司|支部|大会|学校|学院|大学)|[\u4e00-\u9fff]{2,4}|谢谢.{0,6}|完毕.{0,3}"
)


def glued_tail_cuts(text: str) -> Iterator[Cut]:
    """Tail fields and sentences to the reader that close the last paragraph itself."""
    end = len(text.rstrip())
    start = text.rfind("\n", 0, end) + 1
    match = _TAIL_GLUED.search(text, start, end)
    if match:
        yield Cut(match.start(), end, "portal tail")
        end = match.start()
    while sentence := _last_sentence(text, start, end):
        if not is_appeal(text[sentence:end].strip()):
            return
        yield Cut(sentence, end, "portal tail")
        end = sentence


def _last_sentence(text: str, start: int, end: int) -> int:
    """Where the last sentence before ``end`` begins, or 0 where it is the first of its line."""
    body = text[start:end].rstrip().rstrip("。！？!?”）)")
    found = max(body.rfind(mark) for mark in "。！？!?")
    return start + found + 1 if found >= 0 else 0
